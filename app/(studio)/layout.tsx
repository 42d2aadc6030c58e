/** The frame of the pages for reviewers and admins. */
import type { ReactNode } from 'react';
import { pageActor } from '../guard';
import { Header } from '../shell/header';

export default async function StudioLayout({ children }: { children: ReactNode }) {
  const actor = await pageActor('round.view', '/loop');
  return (
    <>
      <Header actor={actor} />
      {children}
    </>
  );
}
