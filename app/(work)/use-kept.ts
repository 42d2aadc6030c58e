'use client';
/** A value that outlives the page until it is sent. Only where nothing is rendered on the server: it reads the browser's storage at once. */
import { useState } from 'react';
import { randomKey } from '../http';
import { Kept } from './kept';
import { browserStorage } from './outbox-provider';

let tab: string | undefined;

/** Survives a reload of this tab, and is another in every other. */
function tabName(): string {
  try {
    tab ??= window.sessionStorage.getItem('heed:tab') ?? randomKey();
    window.sessionStorage.setItem('heed:tab', tab);
  } catch {
    tab ??= randomKey();
  }
  return tab;
}

export const keptUnder = <T>(name: string): Kept<T> => new Kept<T>(name, tabName(), browserStorage());

/** `name` may change: then it is another value. */
export function useKept<T>(name: string, empty: T) {
  const [state, setState] = useState(() => open(name, empty));
  if (state.name !== name) setState(open(name, empty));
  const { kept, value } = state;
  return {
    value,
    write: (next: T) => {
      setState((old) => ({ ...old, value: next }));
      if (next === empty) kept.clear();
      else kept.write(next);
    },
    /** On the page alone: what is kept stays, in case that it cannot be sent. */
    show: (next: T) => setState((old) => ({ ...old, value: next })),
    /** What is kept, which need not be what is shown. */
    kept: () => kept.read(),
    clear: () => kept.clear(),
  };
}

function open<T>(name: string, empty: T) {
  const kept = keptUnder<T>(name);
  return { name, kept, value: kept.read() ?? empty };
}
