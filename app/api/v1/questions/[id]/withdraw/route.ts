import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { withdrawPrecedent, withdrawSchema } from '@/lib/questions/answer';

export const POST = route({ permission: 'quality.manage', params: idParams, body: withdrawSchema }, ({ actor, params, body }) =>
  withdrawPrecedent(actor, { ...body, questionId: params.id }),
);
