import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { skipAnswerSchema, skipTask } from '@/lib/tasks/skip-task';

export const POST = route({ permission: 'task.work', params: idParams, body: skipAnswerSchema }, async ({ actor, params, body }) => {
  await skipTask(actor, { ...body, leaseId: params.id });
  return null;
});
