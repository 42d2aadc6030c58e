'use client';
import { signIn } from 'next-auth/react';
import { useState, type FormEvent } from 'react';
import { Button } from '../../components/button';
import { Input } from '../../components/field';

type Props = { next: string; oidcName: string | null; failure: string | null };

/** next-auth speaks in codes; whatever has a space in it is already a sentence of ours. */
const inWords = (code: string): string => {
  if (code === 'CredentialsSignin') return 'E-mail or password is wrong.';
  if (code === 'AccessDenied') return 'This account may not sign in here. Ask an admin for an invitation.';
  return code.includes(' ') ? code : 'Signing in did not work. Please try again.';
};

export function SignInForm({ next, oidcName, failure }: Props) {
  const [message, setMessage] = useState(failure ? inWords(failure) : '');
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isBusy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setMessage('');
    try {
      const result = await signIn('credentials', { email: data.get('email'), password: data.get('password'), redirect: false });
      if (result?.ok && !result.error) return window.location.assign(next);
      setMessage(inWords(result?.error ?? ''));
    } catch {
      setMessage('The server does not answer. Check the connection and try again.');
    }
    setBusy(false);
  }

  return (
    <>
      <form onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Input label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <Input label="Password" name="password" type="password" autoComplete="current-password" required />
        <p role="alert" className="text-sm font-medium text-danger empty:hidden">
          {message}
        </p>
        <Button type="submit" variant="primary" aria-disabled={isBusy || undefined}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </Button>
      </form>
      {oidcName && (
        <Button className="mt-3 w-full" onClick={() => void signIn('oidc', { callbackUrl: next })}>
          Continue with {oidcName}
        </Button>
      )}
      <p className="mt-8 text-sm text-muted">No account yet? Accounts are made by invitation: ask an admin for a link.</p>
    </>
  );
}
