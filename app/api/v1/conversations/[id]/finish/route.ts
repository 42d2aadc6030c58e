import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { finishBody, finishConversation } from '@/lib/red-team/finish-conversation';

export const POST = route({ permission: 'task.work', params: idParams, body: finishBody }, ({ actor, params, body }) =>
  finishConversation(actor, { ...body, conversationId: params.id }),
);
