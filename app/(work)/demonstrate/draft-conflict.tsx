'use client';
/** Two versions of one draft: the one in the field, and a newer one from another tab or device. The person decides; neither is lost before. */
import { Button } from '../../components/button';

type Props = { mine: string; theirs: string; onResolve: (text: string) => void };

export function DraftConflict({ mine, theirs, onResolve }: Props) {
  return (
    <section role="alert" className="mt-4 rounded-lg border border-warn/40 bg-warn-wash p-5">
      <h2 className="font-semibold">This response was also changed in another tab or on another device</h2>
      <p className="mt-1 text-sm text-muted">Saving is paused until you choose. This is the newer version from there:</p>
      <p className="mt-3 max-h-[30dvh] overflow-y-auto rounded-md bg-surface px-4 py-3 whitespace-pre-wrap" dir="auto" tabIndex={0}>
        {theirs || <span className="text-muted italic">Everything was deleted there.</span>}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => onResolve(mine)}>
          Keep mine
        </Button>
        <Button size="sm" onClick={() => onResolve(theirs)}>
          Take that one
        </Button>
        <Button size="sm" onClick={() => onResolve(`${mine.trimEnd()}\n\n${theirs}`)}>
          Put both into the field
        </Button>
      </div>
    </section>
  );
}
