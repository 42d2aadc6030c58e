import { pairsToDecide, queueQuery } from '@/lib/adjudication/queue';
import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';

export const GET = route({ permission: 'quality.manage', params: slugParams, query: queueQuery }, async ({ actor, params, query }) =>
  pairsToDecide(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);
