/** The frame of a studio page: one heading, what the page is for, and its main action. */
import type { ReactNode } from 'react';

export function StudioPage({
  title,
  about,
  above,
  action,
  children,
}: {
  title: ReactNode;
  about?: ReactNode;
  /** Where else to go from here. */
  above?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      {above}
      <header className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div>
          <h1 className="text-xl font-semibold">{title}</h1>
          {about && <p className="mt-1.5 max-w-[65ch] text-muted">{about}</p>}
        </div>
        {action}
      </header>
      {children}
    </main>
  );
}
