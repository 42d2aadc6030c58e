import { z } from 'zod';
import { transaction } from '@/db/client';
import { markRevoked } from '@/db/queries/invitations';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

export const revokeInvitationSchema = z.object({ invitationId: z.uuid() });

export async function revokeInvitation(actor: Actor, input: z.input<typeof revokeInvitationSchema>): Promise<void> {
  mustBeAble(actor, 'people.manage');
  const { invitationId } = parse(revokeInvitationSchema, input);
  await transaction(async (tx) => {
    if (!(await markRevoked(tx, invitationId))) throw refusal('invitation-over');
    await audit(tx, actor, 'invitation.revoke', invitationId);
  });
}
