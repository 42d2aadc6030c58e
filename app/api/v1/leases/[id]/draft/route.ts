import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { draftSchema, saveDraft } from '@/lib/tasks/save-draft';

export const PUT = route({ permission: 'task.work', params: idParams, body: draftSchema }, ({ actor, params, body }) =>
  saveDraft(actor, { ...body, leaseId: params.id }),
);
