import { z } from 'zod';
import { route } from '@/lib/auth/route';
import { keysOfPageSchema, saveKeys } from '@/lib/people/keys';

const pageParams = z.object({ page: z.string() });

export const PUT = route({ permission: 'task.work', params: pageParams, body: keysOfPageSchema }, async ({ actor, params, body }) => {
  await saveKeys(actor, { ...body, page: params.page });
  return null;
});
