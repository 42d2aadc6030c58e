import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { pageInputSchema } from '@/lib/page';
import { projectIdOf } from '@/lib/projects/get-project';
import { listRounds } from '@/lib/rounds/list-rounds';
import { roundRequestSchema, startRound } from '@/lib/rounds/start-round';

export const GET = route({ permission: 'round.view', params: slugParams, query: pageInputSchema }, async ({ actor, params, query }) =>
  listRounds(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);

export const POST = route({ permission: 'round.manage', params: slugParams, body: roundRequestSchema }, async ({ actor, params, body }) =>
  startRound(actor, { ...body, projectId: await projectIdOf(actor, params.slug) }),
);
