import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { preferenceAnswerSchema } from '@/lib/tasks/submit-preference';

export const POST = route({ permission: 'task.work', params: idParams, body: preferenceAnswerSchema }, ({ actor, params, body }) =>
  amendPreference(actor, { ...body, preferenceId: params.id }),
);
