import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { getDeletion } from '@/lib/people/deletions';

export const GET = route({ permission: 'people.manage', params: idParams }, ({ actor, params }) =>
  getDeletion(actor, { personId: params.id }),
);
