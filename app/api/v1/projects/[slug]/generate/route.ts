/** Text from one of the project's models, as it is written: lines of JSON. Ends when the reader goes away. */
import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { generateSchema } from '@/lib/inference/contract';
import { generate } from '@/lib/inference/generate';
import { linesResponse } from '@/lib/inference/lines-response';
import { projectIdOf } from '@/lib/projects/get-project';

export const dynamic = 'force-dynamic';

export const POST = route(
  { permission: 'lineage.view', params: slugParams, body: generateSchema },
  async ({ actor, params, body, request }) =>
    linesResponse(await generate(actor, { ...body, projectId: await projectIdOf(actor, params.slug) }, request.signal)),
);
