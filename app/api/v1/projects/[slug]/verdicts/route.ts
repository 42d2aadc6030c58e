import { decidePair, verdictSchema } from '@/lib/adjudication/decide';
import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';

export const POST = route({ permission: 'quality.manage', params: slugParams, body: verdictSchema }, async ({ actor, params, body }) =>
  decidePair(actor, { ...body, projectId: await projectIdOf(actor, params.slug) }),
);
