'use client';
/** The reader's choice of theme: a cookie, so that the server renders the right one, and the attribute, so that it shows at once. */
import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const changed = 'heed:theme';

export function setTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${theme === 'system' ? 0 : 31_536_000}; samesite=lax`;
  window.dispatchEvent(new Event(changed));
}

/** Calls back when the colours may have changed, by choice or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  window.addEventListener(changed, listener);
  media.addEventListener('change', listener);
  return () => {
    window.removeEventListener(changed, listener);
    media.removeEventListener('change', listener);
  };
}

const read = (): Theme => {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
};

export const useTheme = (): Theme => useSyncExternalStore(onThemeChange, read, () => 'system');
