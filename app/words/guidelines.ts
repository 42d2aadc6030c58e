import { words } from './words';

/** The guidelines and their versions. */
export const guidelinesWords = words(
  {
    title: 'Guidelines',
    example: 'Example',
    changed: 'The guidelines have changed since you last read them.',
    unread: 'You have not read the guidelines yet.',
    read: 'Read them',
    version: (version: number) => `Version ${version}`,
    allVersions: 'All versions',
    versions: 'Versions',
    newest: 'newest',
    older: (version: number) => `This is an older version. The newest is version ${version}.`,
    toNewest: 'Read the newest',
    none: 'There are no guidelines yet',
    noneWhy: 'An admin can write them under Settings.',
    by: (name: string) => `by ${name}`,
  },
  {
    title: 'Richtlinien',
    example: 'Beispiel',
    changed: 'Die Richtlinien haben sich geändert, seit du sie gelesen hast.',
    unread: 'Du hast die Richtlinien noch nicht gelesen.',
    read: 'Lesen',
    version: (version: number) => `Fassung ${version}`,
    allVersions: 'Alle Fassungen',
    versions: 'Fassungen',
    newest: 'neueste',
    older: (version: number) => `Das ist eine ältere Fassung. Die neueste ist Fassung ${version}.`,
    toNewest: 'Die neueste lesen',
    none: 'Es gibt noch keine Richtlinien',
    noneWhy: 'Ein Admin kann sie in den Einstellungen schreiben.',
    by: (name: string) => `von ${name}`,
  },
);
