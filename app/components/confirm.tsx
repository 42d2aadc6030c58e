'use client';
/** A button that asks before it does something that is hard to take back. The form inside posts to a server action. */
import { useState, type ReactNode } from 'react';
import type { FormAction } from '@/lib/auth/action';
import { commonWords } from '../words/common';
import { useWords } from '../words/language';
import { ActionForm, FormMessage, Submit } from './action-form';
import { Button } from './button';
import { Dialog, DialogClose } from './dialog';

type Props = {
  label: string;
  title: string;
  about: ReactNode;
  /** The button that does it, where it is called otherwise than the first. */
  confirm?: string;
  action: FormAction;
  hidden: Record<string, string>;
  size?: 'sm' | 'md';
  /** Fields of the form. */
  children?: ReactNode;
};

export function Confirm({ label, title, about, confirm = label, action, hidden, size = 'sm', children }: Props) {
  const t = useWords(commonWords);
  const [isOpen, setOpen] = useState(false);
  const closing: FormAction = async (previous, form) => {
    const state = await action(previous, form);
    if (state.ok) setOpen(false);
    return state;
  };
  return (
    <Dialog title={title} about={about} open={isOpen} onOpenChange={setOpen} trigger={<Button size={size}>{label}</Button>}>
      <ActionForm action={closing} hidden={hidden}>
        {children && <div className="mb-5">{children}</div>}
        <FormMessage className="mb-4" />
        <div className="flex justify-end gap-3">
          <DialogClose>
            <Button variant="ghost">{t.cancel}</Button>
          </DialogClose>
          <Submit variant="danger">{confirm}</Submit>
        </div>
      </ActionForm>
    </Dialog>
  );
}
