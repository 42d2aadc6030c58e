import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { claimSchema, claimTask } from '@/lib/tasks/claim-task';

/** 204: nothing (left) for this person. */
export const POST = route({ permission: 'task.work', params: slugParams, body: claimSchema }, async ({ actor, params, body }) =>
  claimTask(actor, { ...body, projectId: await projectIdOf(actor, params.slug) }),
);
