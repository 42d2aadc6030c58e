import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { redTeamModels } from '@/lib/red-team/models';

export const GET = route({ permission: 'task.work', params: slugParams }, async ({ actor, params }) => ({
  models: await redTeamModels(actor, { projectId: await projectIdOf(actor, params.slug) }),
}));
