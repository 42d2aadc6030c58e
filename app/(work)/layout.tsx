/** The frame of the pages on which people label. */
import type { ReactNode } from 'react';
import { pageActor } from '../guard';
import { Header } from '../shell/header';
import { OutboxProvider } from './outbox-provider';

export default async function WorkLayout({ children }: { children: ReactNode }) {
  const actor = await pageActor('task.work', '/');
  return (
    <OutboxProvider userId={actor.id}>
      <Header actor={actor} />
      {children}
    </OutboxProvider>
  );
}
