import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { askAboutTask, askSchema } from '@/lib/questions/ask';

export const POST = route({ permission: 'task.work', params: idParams, body: askSchema }, ({ actor, params, body }) =>
  askAboutTask(actor, { ...body, leaseId: params.id }),
);
