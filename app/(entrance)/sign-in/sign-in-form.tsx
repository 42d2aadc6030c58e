'use client';
import { signIn } from 'next-auth/react';
import { useState, type FormEvent } from 'react';
import { Button } from '../../components/button';
import { Input } from '../../components/field';
import { entranceWords } from '../../words/entrance';
import { useWords } from '../../words/language';

type Props = { next: string; oidcName: string | null; failure: string | null };

export function SignInForm({ next, oidcName, failure }: Props) {
  const t = useWords(entranceWords);
  /** next-auth passes codes: its own, and those of our errors. */
  const inWords = (code: string): string => (t.failures as Record<string, string>)[code] ?? t.failed;
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
      setMessage(t.noAnswer);
    }
    setBusy(false);
  }

  return (
    <>
      <form onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Input label={t.email} name="email" type="email" autoComplete="username" required autoFocus />
        <Input label={t.password} name="password" type="password" autoComplete="current-password" required />
        <p role="alert" className="text-sm font-medium text-danger empty:hidden">
          {message}
        </p>
        <Button type="submit" variant="primary" aria-disabled={isBusy || undefined}>
          {isBusy ? t.signingIn : t.signIn}
        </Button>
      </form>
      {oidcName && (
        <Button className="mt-3 w-full" onClick={() => void signIn('oidc', { callbackUrl: next })}>
          {t.continueWith(oidcName)}
        </Button>
      )}
      <p className="mt-8 text-sm text-muted">{t.noAccount}</p>
    </>
  );
}
