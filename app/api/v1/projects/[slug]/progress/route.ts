import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { workProgress } from '@/lib/tasks/progress';

export const GET = route({ permission: 'task.work', params: slugParams }, async ({ actor, params }) =>
  workProgress(actor, { projectId: await projectIdOf(actor, params.slug) }),
);
