/** Reasons by name in the reader's language: English comes with them (lib/reasons.ts), other languages have a table of their sentences. */
import type { DetailsOf, Reason, Sentence } from '@/lib/reasons';
import type { Language } from './words';

/** One sentence for each name, from the same details. */
export type German<T extends Record<string, Sentence>> = { [N in keyof T]: string | ((details: DetailsOf<T[N]>) => string) };

/** What the table says of it; undefined where it does not know the name. */
export function sentenceOf(german: Record<string, Sentence>, name: unknown, details: object): string | undefined {
  if (typeof name !== 'string' || !Object.hasOwn(german, name)) return undefined;
  const sentence = german[name]!;
  return typeof sentence === 'string' ? sentence : sentence(details as never);
}

export const reasonIn =
  (german: Record<string, Sentence>) =>
  ({ code, reason, details }: Reason, language: Language): string =>
    (language === 'de' && sentenceOf(german, code, details)) || reason;
