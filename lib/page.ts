/** Keyset pagination: `cursor` is the id of the last item of the page before. */
import { z } from 'zod';

export const pageInputSchema = z.object({
  cursor: z.uuid('This page link is damaged; open the list again.').optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageInput = z.input<typeof pageInputSchema>;
export type Page<T> = { items: T[]; nextCursor: string | null };

/** Cuts a page out of `limit + 1` rows: one row too many says that there is a next page. */
export function toPage<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
