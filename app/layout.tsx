/** The document: language, font, theme. The theme is read from a cookie here, so that no page flashes in the wrong one. */
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Toaster } from './components/toaster';
import './globals.css';
import { LanguageProvider } from './words/language';
import { currentLanguage } from './words/server';

export const metadata: Metadata = { title: { default: 'Heed', template: '%s · Heed' }, robots: { index: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get('theme')?.value;
  const language = await currentLanguage();
  return (
    <html lang={language} data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body>
        <LanguageProvider language={language}>
          {children}
          <Toaster />
        </LanguageProvider>
      </body>
    </html>
  );
}
