/**
 * Unsent texts on this device. Every writer — one mount of the editor in one tab — has an entry of its own, so that two tabs never
 * overwrite each other's; whoever opens the task next takes up the newest text that the server has not, and is shown the others. No React
 * in here.
 */
import type { TextSource } from '@/lib/tasks/claim';

/** `revision`: the server's that was typed over; 0 is none. */
export type Draft = { text: string; revision: number; from: TextSource | null };
/** `isSaved`: the server had this text at this revision. `at`: milliseconds since 1970. */
export type Copy = Draft & { isSaved: boolean; at: number };
export type KeptCopy = { key: string; copy: Copy };

export type CopyStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const prefixOf = (userId: string, taskId: string) => `heed:draft:${userId}:${taskId}`;

export const copyKey = (userId: string, taskId: string, writer: string): string => `${prefixOf(userId, taskId)}:${writer}`;

/** Newest first. */
export function copiesOf(storage: CopyStorage, userId: string, taskId: string): KeptCopy[] {
  try {
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    return keys
      .filter((key) => key.startsWith(prefixOf(userId, taskId)))
      .flatMap((key) => {
        const copy = JSON.parse(storage.getItem(key) ?? 'null') as Partial<Copy> | null;
        return typeof copy?.text === 'string'
          ? [
              {
                key,
                copy: {
                  text: copy.text,
                  revision: copy.revision ?? 0,
                  from: copy.from ?? null,
                  isSaved: copy.isSaved ?? false,
                  at: copy.at ?? 0,
                },
              },
            ]
          : [];
      })
      .sort((a, b) => b.copy.at - a.copy.at);
  } catch {
    return [];
  }
}

export function keepCopy(storage: CopyStorage, key: string, copy: Copy | null): void {
  try {
    if (copy) storage.setItem(key, JSON.stringify(copy));
    else storage.removeItem(key);
  } catch {
    // Storage is full or forbidden: the server's copy remains.
  }
}

export type Start = {
  draft: Draft;
  isSaved: boolean;
  /** Other texts that there are, for the person to decide. `key`: its entry, to be removed then; none for the server's. */
  beside: (Draft & { key?: string })[];
  /** Entries that nobody needs any more. */
  spent: string[];
};

/**
 * The newest text there is. A copy counts only when the server has not got its text; when both have gone on separately, the device's
 * comes first, with the server's beside it.
 * @param begin what is begun with, where a draft that was begun otherwise must not be taken up for it
 */
export function startOf(server: Draft | null, kept: KeptCopy[], begin?: Pick<Draft, 'text' | 'from'>): Start {
  const known = server ?? { text: '', revision: 0, from: null };
  const isSpent = ({ copy }: KeptCopy) =>
    copy.text.trim() === '' || copy.text === known.text || (copy.isSaved && known.revision >= copy.revision);
  const unsaved = kept.filter((one, i) => !isSpent(one) && kept.findIndex(({ copy }) => copy.text === one.copy.text) === i);
  const spent = kept.filter((one) => !unsaved.includes(one)).map(({ key }) => key);
  const texts: (Draft & { key?: string; isSaved: boolean })[] = unsaved.map(({ key, copy }) => ({ ...copy, key }));
  const serverText: typeof texts = known.text === '' ? [] : [{ ...known, isSaved: true }];
  // A copy that was typed over the server's newest text stands for it.
  const all = texts[0] && texts[0].revision >= known.revision ? texts : [...texts.slice(0, 1), ...serverText, ...texts.slice(1)];
  const fits = (draft: Draft) => !begin || draft.from === begin.from;
  const first = all.find(fits);
  const draft = first ?? { text: begin?.text ?? '', from: begin?.from ?? null, revision: known.revision, isSaved: false };
  const beside = all.filter((one) => one !== first).map(({ text, revision, from, key }) => ({ text, revision, from, key }));
  return {
    draft: { text: draft.text, revision: draft.revision, from: draft.from },
    isSaved: first ? draft.isSaved && draft.revision === known.revision : begin === undefined,
    beside,
    spent,
  };
}
