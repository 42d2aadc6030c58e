'use client';
/** Asks what is wrong with a task before it is passed on to an admin. */
import type { FormEvent } from 'react';
import { Button } from '../components/button';
import { Dialog, DialogClose } from '../components/dialog';
import { Input } from '../components/field';

type Props = { open: boolean; onOpenChange: (open: boolean) => void; onFlag: (reason: string) => void };

export function FlagDialog({ open, onOpenChange, onFlag }: Props) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onFlag(String(new FormData(event.currentTarget).get('reason')).trim());
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Flag this task" about="You will not see it again; an admin will look at it.">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Input label="What is wrong with it?" name="reason" required maxLength={2000} autoComplete="off" />
        <div className="flex justify-end gap-3">
          <DialogClose>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button type="submit" variant="primary">
            Flag and go on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
