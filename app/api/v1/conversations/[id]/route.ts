import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { getConversation } from '@/lib/red-team/get-conversation';

export const GET = route({ permission: 'data.view', params: idParams }, ({ actor, params }) =>
  getConversation(actor, { conversationId: params.id }),
);
