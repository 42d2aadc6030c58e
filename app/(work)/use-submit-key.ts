'use client';
/** The keys that submit, wherever the focus is, unless a dialog or menu is open. */
import { useEffect, useEffectEvent } from 'react';
import { isCovered } from './use-keys';

/** Ctrl ↵ (⌘ ↵), in a field, too. Held down it would hand in the next task as well. */
export function useControlEnter(submit: () => void) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isCovered()) return;
    event.preventDefault();
    if (!event.repeat) submit();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Enter, but on what has an Enter of its own: fields, links and buttons. */
export function useSubmitKey(submit: () => void) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.repeat || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (hasOwnEnter(event.target) || isCovered()) return;
    event.preventDefault();
    submit();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

const hasOwnEnter = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest(
    'input, textarea, select, [contenteditable], a, summary, button:not([role="radio"], [role="checkbox"], [data-passes-enter])',
  ) !== null;
