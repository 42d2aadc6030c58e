import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { amendPreference, preferenceAmendmentSchema } from '@/lib/tasks/amend-preference';

export const POST = route({ permission: 'task.work', params: idParams, body: preferenceAmendmentSchema }, ({ actor, params, body }) =>
  amendPreference(actor, { ...body, preferenceId: params.id }),
);
