/** What people are called in a report: by their names, or by numbers where names are hidden. The numbers stay the same in all reports. */
import { db } from '@/db/client';
import { annotatorNames } from '@/db/queries/judgements';

/** By id; the name is null where it is hidden. */
export type Names = Record<string, { name: string | null; number: number }>;

export async function namesOf(ids: readonly string[], names: 'shown' | 'hidden'): Promise<Names> {
  const rows = await annotatorNames(db(), ids);
  return Object.fromEntries(rows.map(({ id, name, number }) => [id, { name: names === 'shown' ? name : null, number }]));
}

/** @param hidden what to say for a number */
export function spoken(names: Names, id: string, hidden: (number: number) => string): string {
  const of = names[id];
  return of ? (of.name ?? hidden(of.number)) : id;
}
