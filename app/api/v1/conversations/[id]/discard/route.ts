import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { discardConversation } from '@/lib/red-team/discard-conversation';

export const POST = route({ permission: 'task.work', params: idParams }, async ({ actor, params }) => {
  await discardConversation(actor, { conversationId: params.id });
  return null;
});
