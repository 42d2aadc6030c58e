import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { openConversation } from '@/lib/red-team/open-conversation';

/** 204: nothing is open. */
export const GET = route({ permission: 'task.work', params: slugParams }, async ({ actor, params }) =>
  openConversation(actor, { projectId: await projectIdOf(actor, params.slug) }),
);
