import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { demonstrationAnswerSchema, submitDemonstration } from '@/lib/tasks/submit-demonstration';

export const POST = route({ permission: 'task.work', params: idParams, body: demonstrationAnswerSchema }, ({ actor, params, body }) =>
  submitDemonstration(actor, { ...body, leaseId: params.id }),
);
