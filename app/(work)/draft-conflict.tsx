'use client';
/** Two versions of one draft: the one in the field, and another from elsewhere. The person decides; neither is lost before. */
import { Button } from '../components/button';
import { useWords } from '../words/language';
import { writingWords } from '../words/writing';

type Props = { mine: string; theirs: string; onResolve: (text: string) => void };

export function DraftConflict({ mine, theirs, onResolve }: Props) {
  const t = useWords(writingWords);
  return (
    <section role="alert" className="mt-4 rounded-lg border border-warn/40 bg-warn-wash p-5">
      <h2 className="font-semibold">{t.otherTitle}</h2>
      <p className="mt-1 text-sm text-muted">{t.otherAbout}</p>
      <div
        className="mt-3 max-h-[30dvh] overflow-y-auto rounded-md bg-surface px-4 py-3 [overflow-wrap:anywhere] whitespace-pre-wrap [unicode-bidi:plaintext]"
        tabIndex={0}
      >
        {theirs || <span className="text-muted italic">{t.otherEmpty}</span>}
      </div>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => onResolve(mine)}>
          {t.keepMine}
        </Button>
        <Button size="sm" onClick={() => onResolve(theirs)}>
          {t.takeThat}
        </Button>
        <Button size="sm" onClick={() => onResolve(`${mine.trimEnd()}\n\n${theirs.trimStart()}`)}>
          {t.both}
        </Button>
      </div>
    </section>
  );
}
