import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { amendDemonstration } from '@/lib/tasks/amend-demonstration';
import { demonstrationAnswerSchema } from '@/lib/tasks/submit-demonstration';

export const POST = route({ permission: 'task.work', params: idParams, body: demonstrationAnswerSchema }, ({ actor, params, body }) =>
  amendDemonstration(actor, { ...body, demonstrationId: params.id }),
);
