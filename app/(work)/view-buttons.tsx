'use client';
/** What can be seen in the place of the field. */
import { Button } from '../components/button';
import { Kbd } from '../components/kbd';
import { useWords } from '../words/language';
import { writingWords } from '../words/writing';
import type { useWriting } from './use-writing';

type Props = { writing: ReturnType<typeof useWriting>; hasOriginal: boolean };

export function ViewButtons({ writing: { view, toggle }, hasOriginal }: Props) {
  const t = useWords(writingWords);
  return (
    <>
      <Button size="sm" variant="ghost" aria-keyshortcuts="p" aria-pressed={view === 'preview'} onClick={() => toggle('preview')}>
        {t.preview} <Kbd>p</Kbd>
      </Button>
      {hasOriginal && (
        <Button size="sm" variant="ghost" aria-keyshortcuts="d" aria-pressed={view === 'changes'} onClick={() => toggle('changes')}>
          {t.changes} <Kbd>d</Kbd>
        </Button>
      )}
    </>
  );
}
