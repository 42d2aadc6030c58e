import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { precedentsQuery, searchPrecedents } from '@/lib/questions/precedents';

export const GET = route({ permission: 'task.work', params: slugParams, query: precedentsQuery }, async ({ actor, params, query }) => ({
  precedents: await searchPrecedents(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
}));
