'use client';
/** Around what changes an answer: the button, and what became of it. */
import type { FormEvent, ReactNode } from 'react';
import { Button } from '../../components/button';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';

type FormProps = { isBusy: boolean; said: { text: string; isProblem: boolean } | null; onSubmit: () => unknown; children: ReactNode };

export function Form({ isBusy, said, onSubmit, children }: FormProps) {
  const t = useWords(myWorkWords);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      {children}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" aria-disabled={isBusy || undefined}>
          {isBusy ? t.saving : t.save}
        </Button>
        <p
          role={said?.isProblem ? 'alert' : 'status'}
          className={said?.isProblem ? 'text-sm font-medium text-danger' : 'text-sm text-accent'}
        >
          {said?.text}
        </p>
      </div>
    </form>
  );
}
