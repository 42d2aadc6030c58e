'use client';
/** Enter submits, wherever the focus is, but on what has an Enter of its own: fields, links and buttons. */
import { useEffect, useEffectEvent } from 'react';
import { isCovered } from './use-keys';

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
