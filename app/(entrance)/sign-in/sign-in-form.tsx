'use client';
import { signIn } from 'next-auth/react';
import { useState, type FormEvent } from 'react';
import { Button } from '../../components/button';
import { Input } from '../../components/field';

type Props = { next: string; oidcName: string | null; failure: string | null };

/** next-auth passes codes: its own, and those of our errors. */
const words: Record<string, string> = {
  CredentialsSignin: 'E-mail or password is wrong.',
  NotInvited: 'Nobody with this e-mail address has been invited. Ask an admin for a link.',
  rate_limited: 'Too many failed sign-ins. Wait a quarter of an hour, then try again.',
  unavailable: 'The database does not answer. Try again in a moment.',
};
const inWords = (code: string): string => words[code] ?? 'Signing in did not work. Please try again.';

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
