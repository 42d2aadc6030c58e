import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { rankingAnswerSchema, submitRanking } from '@/lib/tasks/submit-ranking';

export const POST = route({ permission: 'task.work', params: idParams, body: rankingAnswerSchema }, ({ actor, params, body }) =>
  submitRanking(actor, { ...body, leaseId: params.id }),
);
