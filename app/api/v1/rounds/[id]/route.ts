import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { getRound } from '@/lib/rounds/get-round';

export const GET = route({ permission: 'round.view', params: idParams }, ({ actor, params }) => getRound(actor, { roundId: params.id }));
