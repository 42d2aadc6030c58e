/** The frame of the pages on which people label. */
import type { ReactNode } from 'react';
import { readKeys } from '@/lib/people/keys';
import { pageActor } from '../guard';
import { Header } from '../shell/header';
import { KeysProvider } from './keys-provider';
import { OutboxProvider } from './outbox-provider';

export default async function WorkLayout({ children }: { children: ReactNode }) {
  const actor = await pageActor('task.work', '/');
  return (
    <OutboxProvider userId={actor.id}>
      <KeysProvider initial={await readKeys(actor)}>
        <Header actor={actor} />
        {children}
      </KeysProvider>
    </OutboxProvider>
  );
}
