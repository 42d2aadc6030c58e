import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { markAnswerSeen, seenSchema } from '@/lib/questions/mine';

export const POST = route({ permission: 'task.work', params: idParams, body: seenSchema }, async ({ actor, params, body }) => {
  await markAnswerSeen(actor, { ...body, questionId: params.id });
  return null;
});
