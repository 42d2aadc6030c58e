'use client';
/** Around what changes an answer: the button, and what became of it. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../../components/button';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { writingWords } from '../../words/writing';

type FormProps = {
  isBusy: boolean;
  said: { text: string; isProblem: boolean } | null;
  /** Is there anything to save? */
  isChanged: boolean;
  onSubmit: () => unknown;
  children: ReactNode;
};

export function Form({ isBusy, said, isChanged, onSubmit, children }: FormProps) {
  const t = useWords(myWorkWords);
  const w = useWords(writingWords);
  const [isIdle, setIdle] = useState(false);
  const shown = isIdle && !isChanged ? { text: w.unchanged, isProblem: true } : said;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIdle(!isChanged);
    if (isChanged) void onSubmit();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      {children}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" aria-disabled={isBusy || undefined}>
          {isBusy ? t.saving : t.save}
        </Button>
        <p
          role={shown?.isProblem ? 'alert' : 'status'}
          className={shown?.isProblem ? 'text-sm font-medium text-danger' : 'text-sm text-accent'}
        >
          {shown?.text}
        </p>
      </div>
    </form>
  );
}
