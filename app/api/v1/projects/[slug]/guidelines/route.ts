import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { guidelinesInputSchema, readGuidelines } from '@/lib/projects/guidelines';

const query = guidelinesInputSchema.pick({ version: true });

export const GET = route({ permission: 'task.work', params: slugParams, query }, async ({ actor, params, query: { version } }) =>
  readGuidelines(actor, { projectId: await projectIdOf(actor, params.slug), version }),
);
