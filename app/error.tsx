'use client';
/** When a page itself failed. The digest finds the full error in the server's log. */
import { useEffect } from 'react';
import { Button, ButtonLink } from './components/button';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  useEffect(() => console.error(error), [error]);
  return (
    <main id="main" className="mx-auto flex max-w-md flex-col items-start gap-4 px-5 pt-[18dvh]">
      <h1 className="text-xl font-semibold">This page did not load</h1>
      <p className="text-muted">
        Something failed on the server. What you have answered is safe. Try again; if it happens again, tell an admin
        {error.digest ? ` this number: ${error.digest}.` : '.'}
      </p>
      <div className="flex gap-3">
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
        <ButtonLink href="/">Home</ButtonLink>
      </div>
    </main>
  );
}
