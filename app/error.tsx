'use client';
/** When a page itself failed. The digest finds the full error in the server's log. */
import { useEffect } from 'react';
import { Button, ButtonLink } from './components/button';
import { Notice } from './components/notice';
import { commonWords } from './words/common';
import { useWords } from './words/language';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useWords(commonWords);
  useEffect(() => console.error(error), [error]);
  return (
    <Notice
      title={t.failedTitle}
      action={
        <>
          <Button variant="primary" onClick={reset}>
            {t.tryAgain}
          </Button>
          <ButtonLink href="/">{t.home}</ButtonLink>
        </>
      }
    >
      {t.failed}
      {error.digest ? t.failedNumber(error.digest) : '.'}
    </Notice>
  );
}
