/** What the tables of the interface say in English and not in another language, for finding what was left untranslated. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Language } from '@/app/words/words';

type Entry = string | ((...values: never[]) => string) | { [key: string]: Entry };

/** Patterns of whole texts: where a sentence holds a number or a name, anything may stand. */
export async function onlyInEnglish(other: Language): Promise<RegExp[]> {
  const folder = path.resolve('app/words');
  const patterns: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'server.ts')) {
    const tables = Object.values((await import(pathToFileURL(path.join(folder, file)).href)) as object) as unknown[];
    for (const table of tables) if (isTable(table)) compare(table.en, table[other]!, patterns);
  }
  return [...new Set(patterns)].map((pattern) => new RegExp(`^${pattern}$`, 'su'));
}

const isTable = (value: unknown): value is Record<Language, Entry> =>
  typeof value === 'object' && value !== null && 'en' in value && 'de' in value && typeof value.en === 'object';

function compare(english: Entry, other: Entry, patterns: string[]): void {
  if (typeof english === 'object') {
    for (const [key, entry] of Object.entries(english)) compare(entry, (other as { [key: string]: Entry })[key]!, patterns);
    return;
  }
  const said = text(english);
  // Too short, or nothing but what was put in: it would be found in any text.
  if (said === text(other) || said.replaceAll(gap, '').replace(/[^a-z]/gi, '').length < 3) return;
  patterns.push(
    said
      .trim()
      .split(gap)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+?'),
  );
}

const gap = '\u0000';
/** Stands for a number, a name, a record or a function: whatever is done with it, it reads as a gap. */
const anything: never = new Proxy(() => gap, {
  get: (_, name) => (name === Symbol.toPrimitive || name === 'toString' ? () => gap : anything),
}) as never;
const text = (entry: Entry): string => String(typeof entry === 'function' ? entry(...Array<never>(6).fill(anything)) : entry);
