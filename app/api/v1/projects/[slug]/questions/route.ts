import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { questionsQuery, questionsToAnswer } from '@/lib/questions/answer';

export const GET = route({ permission: 'quality.manage', params: slugParams, query: questionsQuery }, async ({ actor, params, query }) =>
  questionsToAnswer(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);
