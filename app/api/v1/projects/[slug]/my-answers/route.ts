import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { listMyWork, myWorkQuerySchema } from '@/lib/tasks/my-work';

export const GET = route({ permission: 'task.work', params: slugParams, query: myWorkQuerySchema }, async ({ actor, params, query }) =>
  listMyWork(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);
