import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { firstDemonstrationSchema, submitDemonstration } from '@/lib/tasks/submit-demonstration';

export const POST = route({ permission: 'task.work', params: idParams, body: firstDemonstrationSchema }, ({ actor, params, body }) =>
  submitDemonstration(actor, { ...body, leaseId: params.id }),
);
