'use client';
/** Lists a page at a time, by key: the link to the next page carries the cursor, the browser's Back button goes back. */
import { commonWords } from '../words/common';
import { useWords } from '../words/language';
import { ButtonLink } from './button';

/** `path` with its query, without the cursor. */
export function Pages({ path, cursor, nextCursor }: { path: string; cursor?: string; nextCursor: string | null }) {
  const t = useWords(commonWords);
  if (!cursor && !nextCursor) return null;
  const separator = path.includes('?') ? '&' : '?';
  return (
    <nav aria-label={t.pages} className="mt-4 flex justify-end gap-2">
      {cursor && (
        <ButtonLink size="sm" href={path}>
          {t.firstPage}
        </ButtonLink>
      )}
      {nextCursor && (
        <ButtonLink size="sm" href={`${path}${separator}cursor=${encodeURIComponent(nextCursor)}`}>
          {t.nextPage}
        </ButtonLink>
      )}
    </nav>
  );
}
