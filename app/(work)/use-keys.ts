'use client';
/**
 * Page-wide keys. Silent while the person types, while a dialog or menu is open, and for keys held down. A binding names the key
 * that its action has by default; what the person has chosen instead is looked up here.
 */
import { useEffect, useEffectEvent } from 'react';
import { useKeyNames } from '../components/key-names';

/** `key` is also what the action is known by: no two bindings of a page may have the same. */
export type KeyBinding = { key: string; does: string; run: () => void };

export function useKeys(bindings: KeyBinding[]) {
  const keyOf = useKeyNames();
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isCovered())
      return;
    const binding = bindings.find(({ key }) => keyOf(key) === event.key.toLowerCase());
    if (!binding) return;
    event.preventDefault();
    binding.run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
export const isCovered = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;
