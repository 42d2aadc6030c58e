import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { conversationQuery, listConversations } from '@/lib/red-team/list-conversations';
import { startConversation, startConversationBody } from '@/lib/red-team/start-conversation';

/** Everybody's, for those who may see the data. */
export const GET = route({ permission: 'data.view', params: slugParams, query: conversationQuery }, async ({ actor, params, query }) =>
  listConversations(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);

export const POST = route({ permission: 'task.work', params: slugParams, body: startConversationBody }, async ({ actor, params, body }) =>
  startConversation(actor, { ...body, projectId: await projectIdOf(actor, params.slug) }),
);
