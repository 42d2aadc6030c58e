'use client';
/** What every page with a field for a response does with it: its view, its focus, its keys. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from '../words/language';
import { writingWords } from '../words/writing';
import type { KeyBinding } from './use-keys';
import { useControlEnter } from './use-submit-key';
import type { WritingView } from './writing-field';

/** @param isFocused the focus goes into the field at once @param onSubmit for Ctrl ↵ (⌘ ↵), wherever the focus is */
export function useWriting(hasOriginal: boolean, onSubmit: () => void, isFocused = true) {
  const t = useWords(writingWords);
  const [view, setView] = useState<WritingView>('text');
  const field = useRef<HTMLTextAreaElement>(null);

  /** In the field, at the end of the text. */
  const toEnd = () => {
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  };
  /** At once: a key pressed in the next moment is already meant for the field. */
  const focus = () => {
    flushSync(() => setView('text'));
    toEnd();
  };
  const begin = useEffectEvent(() => void (isFocused && toEnd()));
  useEffect(() => begin(), []);

  useControlEnter(onSubmit);

  const toggle = (wanted: WritingView) => (view === wanted ? focus() : setView(wanted));
  const keys: KeyBinding[] = [
    { key: 'e', does: t.does.field, run: focus },
    { key: 'p', does: t.does.preview, run: () => toggle('preview') },
    ...(hasOriginal ? [{ key: 'd', does: t.does.changes, run: () => toggle('changes') }] : []),
  ];
  return { field, view: view === 'changes' && !hasOriginal ? ('text' as const) : view, toggle, focus, keys };
}
