import { words } from './words';

/** The list of keys, and how to change them. */
export const keysWords = words(
  {
    title: 'Keys',
    about: 'To change one, choose it and press another key. Your keys go with your account.',
    change: (does: string, key: string) => `${does}: ${key}. Change`,
    pressFor: (does: string) => `Press the new key for: ${does}`,
    pressOne: 'Press a key',
    onlySigns: 'Choose a letter, a digit or a sign.',
    changed: (does: string, key: string) => `${does} is now ${key}.`,
    taken: (key: string, does: string) => `${key} is the key of: ${does}.`,
    swap: 'Swap the two',
    swapped: (one: string, other: string) => `Swapped: ${one}, ${other}.`,
    reset: 'Back to the usual keys',
    resetDone: 'The usual keys are back.',
    notSaved: 'The server did not keep this change. It holds in this tab; try again later.',
  },
  {
    title: 'Tasten',
    about: 'Um eine zu ändern, wähle sie und drücke eine andere Taste. Deine Tasten gehören zu deinem Konto.',
    change: (does: string, key: string) => `${does}: ${key}. Ändern`,
    pressFor: (does: string) => `Drücke die neue Taste für: ${does}`,
    pressOne: 'Taste drücken',
    onlySigns: 'Nimm einen Buchstaben, eine Ziffer oder ein Zeichen.',
    changed: (does: string, key: string) => `${does} liegt jetzt auf ${key}.`,
    taken: (key: string, does: string) => `${key} ist die Taste für: ${does}.`,
    swap: 'Beide tauschen',
    swapped: (one: string, other: string) => `Getauscht: ${one}, ${other}.`,
    reset: 'Zurück zu den üblichen Tasten',
    resetDone: 'Die üblichen Tasten sind zurück.',
    notSaved: 'Der Server hat diese Änderung nicht behalten. In diesem Tab gilt sie; versuche es später noch einmal.',
  },
);
