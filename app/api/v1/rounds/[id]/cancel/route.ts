import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { cancelRound } from '@/lib/rounds/cancel-round';

export const POST = route({ permission: 'round.manage', params: idParams }, ({ actor, params }) =>
  cancelRound(actor, { roundId: params.id }),
);
