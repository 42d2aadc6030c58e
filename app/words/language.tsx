'use client';
/** The reader's language in client components, and the way to change it: a cookie, so that the server writes the page in it. */
import { createContext, useContext, type ReactNode } from 'react';
import { languageCookie, pickLanguage, type Language, type Words } from './words';

const LanguageContext = createContext<Language>('en');

export function LanguageProvider({ language, children }: { language: Language; children: ReactNode }) {
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export const useLanguage = (): Language => useContext(LanguageContext);

export const useWords = <T,>(table: Words<T>): Words<T>[Language] => table[useLanguage()];

/** Outside of components, at the moment when something is said. */
export const pageLanguage = (): Language => pickLanguage(document.documentElement.lang, null);

/** Numbers as the reader's language writes them. */
export function useNumber(): (value: number, options?: Intl.NumberFormatOptions) => string {
  const language = useLanguage();
  return (value, options) => value.toLocaleString(language, options);
}

/** The page must be read anew afterwards (`router.refresh()`). */
export function setLanguage(language: Language): void {
  document.cookie = `${languageCookie}=${language}; path=/; max-age=31536000; samesite=lax`;
}
