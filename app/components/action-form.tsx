'use client';
/** A form that posts to a server action and shows its answer: field errors at the fields, the message above the button. */
import clsx from 'clsx';
import { useActionState, type ComponentProps, type ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import type { FormAction } from '@/lib/auth/action';
import { untouchedForm } from '@/lib/auth/form-state';
import { Button } from './button';
import { commonWords } from '../words/common';
import { useLanguage, useWords } from '../words/language';
import { refusalInWords } from '../words/refusals';
import { FormStateProvider, useFormState } from './form-state';

type Props = { action: FormAction; hidden?: Record<string, string>; className?: string; children: ReactNode };

/** `hidden`: values that go along, such as the project's id. */
export function ActionForm({ action, hidden = {}, className, children }: Props) {
  const [state, submit] = useActionState(action, untouchedForm);
  return (
    <form action={submit} className={className}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <FormStateProvider value={state}>{children}</FormStateProvider>
    </form>
  );
}

/** The form's answer in words; says nothing until there is one. `saysSaved`: where nothing else on the page shows that it worked. */
export function FormMessage({ saysSaved = false, className }: { saysSaved?: boolean; className?: string }) {
  const state = useFormState();
  const language = useLanguage();
  const { saved } = useWords(commonWords);
  return (
    <p
      role={state?.ok ? 'status' : 'alert'}
      className={clsx('text-sm empty:hidden', state?.ok ? 'text-accent' : 'font-medium text-danger', className)}
    >
      {state?.refused ? refusalInWords(state.refused, language) : saysSaved && state?.ok && saved}
    </p>
  );
}

export function Submit({ children, ...rest }: ComponentProps<typeof Button>) {
  const { pending } = useFormStatus();
  return (
    <Button
      type="submit"
      variant="primary"
      {...rest}
      aria-disabled={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
    >
      {children}
    </Button>
  );
}
