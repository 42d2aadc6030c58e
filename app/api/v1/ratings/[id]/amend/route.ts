import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { amendRating } from '@/lib/tasks/amend-rating';
import { ratingAnswerSchema } from '@/lib/tasks/submit-rating';

export const POST = route({ permission: 'task.work', params: idParams, body: ratingAnswerSchema }, ({ actor, params, body }) =>
  amendRating(actor, { ...body, ratingId: params.id }),
);
