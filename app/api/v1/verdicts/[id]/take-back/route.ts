import { takeBackSchema, takeBackVerdict } from '@/lib/adjudication/decide';
import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';

export const POST = route({ permission: 'quality.manage', params: idParams, body: takeBackSchema }, ({ actor, params, body }) =>
  takeBackVerdict(actor, { ...body, verdictId: params.id }),
);
