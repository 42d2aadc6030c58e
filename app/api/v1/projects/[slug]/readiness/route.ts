import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { readiness } from '@/lib/rounds/readiness';

export const GET = route({ permission: 'round.view', params: slugParams }, async ({ actor, params }) =>
  readiness(actor, { projectId: await projectIdOf(actor, params.slug) }),
);
