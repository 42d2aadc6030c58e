/** What stands in a route's path. */
import { z } from 'zod';

export const idParams = z.object({ id: z.uuid('This is not an id.') });
export const slugParams = z.object({ slug: z.string().min(1).max(100) });
