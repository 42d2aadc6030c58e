import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { guidelinesReadSchema, markGuidelinesRead } from '@/lib/projects/guidelines';

/** The caller has opened this version: they are not told of it any more. */
export const POST = route({ permission: 'task.work', params: slugParams, body: guidelinesReadSchema }, async ({ actor, params, body }) => {
  await markGuidelinesRead(actor, { ...body, projectId: await projectIdOf(actor, params.slug) });
  return null;
});
