/** Pages before the sign-in: one narrow column. */
import type { ReactNode } from 'react';
import { Logo } from '../shell/logo';

export default function EntranceLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-sm flex-col px-5 pt-[16dvh] pb-16">
      <header>
        <Logo />
      </header>
      <main id="main" className="mt-10">
        {children}
      </main>
    </div>
  );
}
