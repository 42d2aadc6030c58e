'use client';
/** A point in time in the reader's own time zone and language: the server's guess is replaced when the browser takes over. */
import { useSyncExternalStore } from 'react';
import { useLanguage } from '../words/language';
import type { Language } from '../words/words';

const format: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
const noop = () => () => {};

/** English has many ways to write a date: the browser's, where it has one, else the British. */
const localeOf = (language: Language): string =>
  navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? serverLocales[language];
const serverLocales: Record<Language, string> = { en: 'en-GB', de: 'de' };

export function Moment({ at }: { at: Date }) {
  const language = useLanguage();
  const iso = at.toISOString();
  const text = useSyncExternalStore(
    noop,
    () => at.toLocaleString(localeOf(language), format),
    () => at.toLocaleString(serverLocales[language], { ...format, timeZone: 'UTC' }),
  );
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {text}
    </time>
  );
}
