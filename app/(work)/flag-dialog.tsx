'use client';
/** Asks what is wrong with a task before it is passed on to an admin. */
import type { FormEvent } from 'react';
import { Button } from '../components/button';
import { Dialog, DialogClose } from '../components/dialog';
import { Input } from '../components/field';
import { useWords } from '../words/language';
import { workWords } from '../words/work';

type Props = { open: boolean; onOpenChange: (open: boolean) => void; onFlag: (reason: string) => void };

export function FlagDialog({ open, onOpenChange, onFlag }: Props) {
  const t = useWords(workWords);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onOpenChange(false);
    onFlag(String(new FormData(event.currentTarget).get('reason')).trim());
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.flagTitle} about={t.flagAbout}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Input label={t.flagWhat} name="reason" required maxLength={2000} autoComplete="off" />
        <div className="flex justify-end gap-3">
          <DialogClose>
            <Button variant="ghost">{t.cancel}</Button>
          </DialogClose>
          <Button type="submit" variant="primary">
            {t.flagSubmit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
