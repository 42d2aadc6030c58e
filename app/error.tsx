'use client';
/** When a page itself failed. The digest finds the full error in the server's log. */
import { useEffect } from 'react';
import { Button, ButtonLink } from './components/button';
import { Notice } from './components/notice';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  useEffect(() => console.error(error), [error]);
  return (
    <Notice
      title="This page did not load"
      action={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <ButtonLink href="/">Home</ButtonLink>
        </>
      }
    >
      Something failed on the server. What you have answered is safe. Try again; if it happens again, tell an admin
      {error.digest ? ` this number: ${error.digest}.` : '.'}
    </Notice>
  );
}
