'use client';
/** Makes an account from an invitation and signs in with it. */
import { signIn } from 'next-auth/react';
import type { FormState } from '@/lib/auth/form-state';
import { ActionForm, FormMessage, Submit } from '../components/action-form';
import { Input } from '../components/field';
import { entranceWords } from '../words/entrance';
import { useWords } from '../words/language';
import { acceptInvitationAction } from './actions';

export function AccountForm({ token, email }: { token: string; email: string | null }) {
  const t = useWords(entranceWords);
  async function accept(previous: FormState, data: FormData): Promise<FormState> {
    const state = await acceptInvitationAction(previous, data);
    if (!state.ok) return state;
    const result = await signIn('credentials', { email: data.get('email'), password: data.get('password'), redirect: false });
    window.location.assign(result?.ok && !result.error ? '/' : '/sign-in');
    return state;
  }

  return (
    <ActionForm action={accept} hidden={{ token }} className="mt-6 flex flex-col gap-4">
      <Input label={t.name} name="name" autoComplete="name" required autoFocus maxLength={100} />
      <Input
        label={t.email}
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={email ?? ''}
        readOnly={email !== null}
      />
      <Input label={t.password} name="password" type="password" autoComplete="new-password" required minLength={10} help={t.passwordHelp} />
      <FormMessage />
      <Submit>{t.makeAccount}</Submit>
    </ActionForm>
  );
}
