/**
 * What the tables of the interface say in English and not in another language, for finding what was left untranslated; and every sentence that the
 * rooms behind it have for people.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Language } from '@/app/words/words';
import { badLines } from '@/lib/dataset/bad-lines';
import { fieldProblems } from '@/lib/field-problems';
import { refusals } from '@/lib/refusals';
import { lacks, waysToCompare } from '@/lib/rounds/lacks';
import { whyNot } from '@/lib/statistics/why-not';
import { brokenSteps, crashes, diskTroubles, failures } from '@/lib/training/failures';

type Entry = string | ((...values: never[]) => string) | { [key: string]: Entry };

/** Patterns of whole texts, and of sentences within one: where a sentence holds a number or a name, anything short may stand. */
export async function onlyInEnglish(other: Language): Promise<RegExp[]> {
  const folder = path.resolve('app/words');
  const patterns: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'server.ts')) {
    const tables = Object.values((await import(pathToFileURL(path.join(folder, file)).href)) as object) as unknown[];
    for (const table of tables) if (isTable(table)) compare(table.en, table[other]!, patterns);
  }
  const within = sentences().filter((sentence) => sentence.replaceAll(gap, '').length > 12);
  return [...new Set(patterns.map((pattern) => `^${pattern}$`)), ...within.map(patternOf)].map((pattern) => new RegExp(pattern, 'su'));
}

/** Of lib, which says them in English; their tables have them alone or beside a code. */
function sentences(): string[] {
  const tables = [refusals, fieldProblems, lacks, waysToCompare, badLines, whyNot, failures, crashes, brokenSteps, diskTroubles];
  return tables.flatMap((table) =>
    Object.values<Entry | readonly [string, Entry]>(table).map((one) => text(one instanceof Array ? one[1] : one)),
  );
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
  patterns.push(patternOf(said));
}

const patternOf = (said: string): string =>
  said
    .trim()
    .split(gap)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.{1,80}?');

const gap = '\u0000';
/** Stands for a number, a name, a record or a function: whatever is done with it, it reads as a gap. */
const anything: never = new Proxy(() => {}, {
  apply: () => anything,
  get: (_, name) => (name === Symbol.toPrimitive || name === 'toString' ? () => gap : anything),
}) as never;
/** What is looked up by it, or reckoned with it, is not there. */
const text = (entry: Entry): string =>
  typeof entry === 'function' ? String(entry(...Array<never>(6).fill(anything))).replace(/undefined|NaN/g, gap) : String(entry);
