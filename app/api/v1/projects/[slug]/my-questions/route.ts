import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { myQuestions, myQuestionsQuery } from '@/lib/questions/mine';

export const GET = route({ permission: 'task.work', params: slugParams, query: myQuestionsQuery }, async ({ actor, params, query }) =>
  myQuestions(actor, { ...query, projectId: await projectIdOf(actor, params.slug) }),
);
