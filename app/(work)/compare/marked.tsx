/** A text as it was typed, with what stands only in it marked: by a line below, solid for A and dotted for B, besides the colour. */
import clsx from 'clsx';
import type { Piece } from './difference';

const marks = {
  A: 'bg-accent-wash decoration-accent decoration-solid',
  B: 'bg-warn-wash decoration-warn decoration-dotted',
};

export function Marked({ pieces, side }: { pieces: Piece[]; side: 'A' | 'B' }) {
  return (
    <div className="prose text-reading">
      <p dir="auto">
        {pieces.map(({ text, isOnlyHere }, i) =>
          isOnlyHere ? (
            <mark key={i} className={clsx('rounded-[2px] font-[550] text-ink underline decoration-2 underline-offset-3', marks[side])}>
              {text}
            </mark>
          ) : (
            <span key={i}>{text}</span>
          ),
        )}
      </p>
    </div>
  );
}
