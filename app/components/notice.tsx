/** A page that says one thing: why there is nothing else on it, and where to go. */
import type { ReactNode } from 'react';
import { Logo } from '../shell/logo';

export function Notice({ title, action, children }: { title: string; action: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-md flex-col px-5 pt-[16dvh] pb-16">
      <header>
        <Logo />
      </header>
      <main id="main" className="mt-10 flex flex-col items-start gap-4">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="text-muted">{children}</p>
        <div className="mt-2 flex gap-3">{action}</div>
      </main>
    </div>
  );
}
