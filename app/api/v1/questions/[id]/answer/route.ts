import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { answerQuestion, answerSchema } from '@/lib/questions/answer';

export const POST = route({ permission: 'quality.manage', params: idParams, body: answerSchema }, ({ actor, params, body }) =>
  answerQuestion(actor, { ...body, questionId: params.id }),
);
