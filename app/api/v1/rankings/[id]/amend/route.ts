import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { amendRanking } from '@/lib/tasks/amend-ranking';
import { rankingAnswerSchema } from '@/lib/tasks/submit-ranking';

export const POST = route({ permission: 'task.work', params: idParams, body: rankingAnswerSchema }, ({ actor, params, body }) =>
  amendRanking(actor, { ...body, rankingId: params.id }),
);
