'use client';
/** The person's own keys, page by page: shown wherever a key is printed, kept on the server with every change. */
import { usePathname } from 'next/navigation';
import { createContext, useContext, useState, type ReactNode } from 'react';
import type { ChosenKeys } from '@/lib/people/keys';
import { KeyNamesProvider } from '../components/key-names';
import { isSuccess, request } from '../http';

type Chosen = {
  /** Of this page, by default key. */
  keys: Record<string, string>;
  /** Resolves to false when the server did not take it; the keys hold in this tab all the same. */
  choose: (keys: Record<string, string>) => Promise<boolean>;
};

const ChosenContext = createContext<Chosen>({ keys: {}, choose: async () => false });

export const useChosenKeys = (): Chosen => useContext(ChosenContext);

export function KeysProvider({ initial, children }: { initial: ChosenKeys; children: ReactNode }) {
  const page = usePathname().split('/')[1] || 'home';
  const [chosen, setChosen] = useState(initial);
  const keys = chosen[page] ?? {};

  async function choose(next: Record<string, string>): Promise<boolean> {
    setChosen((old) => ({ ...old, [page]: next }));
    return isSuccess(await request('PUT', `/api/v1/me/keys/${page}`, { keys: next }));
  }

  return (
    <ChosenContext value={{ keys, choose }}>
      <KeyNamesProvider value={(defaultKey) => keys[defaultKey] ?? defaultKey}>{children}</KeyNamesProvider>
    </ChosenContext>
  );
}
