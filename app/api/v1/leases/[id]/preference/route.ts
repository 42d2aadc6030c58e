import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { preferenceAnswerSchema, submitPreference } from '@/lib/tasks/submit-preference';

export const POST = route({ permission: 'task.work', params: idParams, body: preferenceAnswerSchema }, ({ actor, params, body }) =>
  submitPreference(actor, { ...body, leaseId: params.id }),
);
