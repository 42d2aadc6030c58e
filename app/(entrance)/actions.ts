'use server';
import { publicAction } from '@/lib/auth/action';
import { acceptInvitation, acceptInvitationSchema } from '@/lib/people/accept-invitation';

export const acceptInvitationAction = publicAction(acceptInvitationSchema, acceptInvitation);
