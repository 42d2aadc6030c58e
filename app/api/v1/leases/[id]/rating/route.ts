import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { ratingAnswerSchema, submitRating } from '@/lib/tasks/submit-rating';

export const POST = route({ permission: 'task.work', params: idParams, body: ratingAnswerSchema }, ({ actor, params, body }) =>
  submitRating(actor, { ...body, leaseId: params.id }),
);
