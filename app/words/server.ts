/** The reader's language in server components. */
import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { languageCookie, pickLanguage, type Language, type Words } from './words';

export const currentLanguage = cache(async (): Promise<Language> =>
  pickLanguage((await cookies()).get(languageCookie)?.value, (await headers()).get('accept-language')),
);

/** Numbers as the reader's language writes them. */
export async function numberOf(): Promise<(value: number, options?: Intl.NumberFormatOptions) => string> {
  const language = await currentLanguage();
  return (value, options) => value.toLocaleString(language, options);
}

export const wordsOf = async <T>(table: Words<T>): Promise<Words<T>[Language]> => table[await currentLanguage()];
