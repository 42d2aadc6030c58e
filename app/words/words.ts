/**
 * What the interface says, in every language it speaks. One file beside this a page or part of the shell, each a table of words: strings, and
 * functions where a number or name stands in the sentence. English is written first; TypeScript asks for the same keys in every other language.
 * German says du to the reader. Client components read a table with `useWords`, server components with `wordsOf`. Imports nothing, so that both can.
 */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** In its own words. */
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch' };

export const languageCookie = 'language';

export type Wording = { [key: string]: string | ((...values: never[]) => string) | Wording };
type SameKeys<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...values: infer V) => string ? (...values: V) => string : SameKeys<T[K]>;
};
export type Words<T> = Record<Language, SameKeys<T>>;

export const words = <T extends Wording>(en: T & SameKeys<T>, de: SameKeys<T>): Words<T> => ({ en, de });

/** @param count as it is written in the sentence */
export const counted = (count: string, one: string, many: string): string => `${count} ${count === '1' ? one : many}`;

/** The chosen language, else the first that the browser asks for and we speak, else English. */
export function pickLanguage(chosen: string | undefined, accepted: string | null): Language {
  const asked = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return languages.find((one) => one === chosen) ?? asked.flatMap((code) => languages.filter((one) => one === code))[0] ?? 'en';
}
