'use client';
/** Where short notices appear. For what a person would otherwise miss; everything else is said in its place on the page. */
import { Toaster as Sonner } from 'sonner';

export function Toaster() {
  return (
    <Sonner
      position="top-center"
      // Two sentences, read by somebody who looks elsewhere.
      duration={12_000}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-(--width) items-start gap-3 rounded-lg border border-line bg-surface px-4 py-3 font-sans text-sm text-ink shadow-lg',
          description: 'text-muted',
          error: 'border-danger',
        },
      }}
    />
  );
}
