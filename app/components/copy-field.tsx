'use client';
/** A text to take along, and a button that copies it. Where the browser has no clipboard (plain HTTP), it selects the text instead. */
import { useRef, useState } from 'react';
import { commonWords } from '../words/common';
import { useWords } from '../words/language';
import { Button } from './button';

export function CopyField({ label, value }: { label: string; value: string }) {
  const t = useWords(commonWords);
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setSaid(t.copied);
    } catch {
      field.current?.select();
      setSaid(t.selected);
    }
  }

  return (
    <div>
      <div className="flex gap-2">
        <input
          ref={field}
          readOnly
          aria-label={label}
          value={value}
          onFocus={(event) => event.target.select()}
          className="h-10 min-w-0 flex-1 rounded-md border border-edge bg-sunken px-3 font-mono text-sm"
        />
        <Button onClick={copy}>{t.copy}</Button>
      </div>
      <p role="status" className="mt-1.5 text-sm text-muted empty:hidden">
        {said}
      </p>
    </div>
  );
}
