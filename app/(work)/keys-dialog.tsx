'use client';
/** Every key of a page and what it does. Press a key's button, then the new key; one that is taken can be swapped. */
import { useState, type KeyboardEvent } from 'react';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { useWords } from '../words/language';
import { keysWords } from '../words/keys';
import { chosenKeys, findTaken, isKey, type ListedKey } from './choose-key';
import { useChosenKeys } from './keys-provider';

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  keys: ListedKey[];
  /** Keys that work inside an input: they stay as they are. */
  fixed: ListedKey[];
};

type Conflict = { action: ListedKey; key: string; taken: ListedKey };

export function KeysDialog({ open, onOpenChange, keys, fixed }: Props) {
  const t = useWords(keysWords);
  const { keys: chosen, choose } = useChosenKeys();
  const [changing, setChanging] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [said, setSaid] = useState('');
  const keyOf = (action: ListedKey) => chosen[action.key] ?? action.key;

  async function save(next: Record<string, string>, done: string) {
    setChanging(null);
    setConflict(null);
    setSaid(done);
    if (!(await choose(next))) setSaid(t.notSaved);
  }

  function press(event: KeyboardEvent, action: ListedKey) {
    if (changing !== action.key || event.key === 'Tab' || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setChanging(null);
    const key = event.key.toLowerCase();
    if (!isKey(key)) return setSaid(t.onlySigns);
    const taken = findTaken(keys, chosen, action, key);
    if (!taken) return void save(chosenKeys(chosen, [action.key, key]), t.changed(action.does, key));
    setChanging(null);
    setConflict({ action, key, taken });
    setSaid(t.taken(key, taken.does));
  }

  return (
    <Dialog
      title={t.title}
      about={t.about}
      isWide
      open={open}
      onOpenChange={(isOpen) => {
        setChanging(null);
        setConflict(null);
        setSaid('');
        onOpenChange(isOpen);
      }}
      onEscapeKeyDown={(event) => changing && event.preventDefault()}
    >
      <ul className="gap-x-8 text-sm sm:columns-2">
        {keys.map((action) => (
          <li key={action.key} className="mb-1 grid break-inside-avoid grid-cols-[5.5rem_1fr] items-center gap-x-4">
            <button
              type="button"
              aria-label={changing === action.key ? t.pressFor(action.does) : t.change(action.does, keyOf(action))}
              onClick={() => {
                setConflict(null);
                setSaid('');
                setChanging(changing === action.key ? null : action.key);
              }}
              onKeyDown={(event) => press(event, action)}
              onBlur={() => setChanging((old) => (old === action.key ? null : old))}
              className="flex h-8 items-center justify-center rounded-md border border-line bg-paper px-2 text-xs font-medium hover:border-edge aria-pressed:border-accent pointer-coarse:h-11"
              aria-pressed={changing === action.key}
            >
              {changing === action.key ? t.pressOne : keyOf(action)}
            </button>
            <span>{action.does}</span>
          </li>
        ))}
        {fixed.map((action) => (
          <li key={action.key + action.does} className="mb-1 grid min-h-8 break-inside-avoid grid-cols-[5.5rem_1fr] items-center gap-x-4">
            <kbd className="text-center font-sans text-xs font-medium text-muted">{action.key}</kbd>
            <span>{action.does}</span>
          </li>
        ))}
      </ul>
      <p role="status" className="mt-4 min-h-5 text-sm text-muted">
        {said}
      </p>
      <div className="mt-2 flex flex-wrap gap-3">
        {conflict && (
          <Button
            size="sm"
            autoFocus
            onClick={() => {
              const { action, key, taken } = conflict;
              void save(chosenKeys(chosen, [action.key, key], [taken.key, keyOf(action)]), t.swapped(action.does, taken.does));
            }}
          >
            {t.swap}
          </Button>
        )}
        {Object.keys(chosen).length > 0 && (
          <Button size="sm" variant="ghost" onClick={() => void save({}, t.resetDone)}>
            {t.reset}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
