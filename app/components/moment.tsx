'use client';
/** A point in time in the reader's own time zone: the server's guess is replaced when the browser takes over. */
import { useSyncExternalStore } from 'react';

const format: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
const noop = () => () => {};

export function Moment({ at }: { at: Date }) {
  const iso = at.toISOString();
  const text = useSyncExternalStore(
    noop,
    () => at.toLocaleString(undefined, format),
    () => at.toLocaleString('en-GB', { ...format, timeZone: 'UTC' }),
  );
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {text}
    </time>
  );
}
