'use client';
/** Reads the page again every few seconds while somebody looks at it. For pages that wait for something; without a connection it would leave them. */
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

export function Refresh({ seconds }: { seconds: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && navigator.onLine && router.refresh(), seconds * 1000);
    return () => clearInterval(timer);
  }, [router, seconds]);
  return null;
}
