import { words } from './words';

/** Where a response is written: the field, its draft, other versions of it. */
export const writingWords = words(
  {
    counted: (count: { words: number; characters: number }, number: (value: number) => string) =>
      `${number(count.words)} ${count.words === 1 ? 'word' : 'words'}, ${number(count.characters)} ${count.characters === 1 ? 'character' : 'characters'}`,
    draft: {
      saved: 'Draft saved',
      unsaved: 'Saving …',
      here: 'Kept on this device until you save it',
      'on-device': 'Draft kept on this device',
      'signed-out': 'You are signed out: draft kept on this device',
    },
    undecided: 'Not saved: choose a version',
    text: 'Text',
    preview: 'Preview',
    changes: 'Changes',
    nothingYet: 'Nothing is written yet.',
    tooDifferent: 'The text has changed too much to mark it word by word.',
    marked: 'Marked: what you have written.',
    submit: 'Submit',
    otherTitle: 'There is another version of this response',
    otherAbout: 'It comes from another tab or device, or from an earlier visit. Nothing is saved until you choose. The other version:',
    otherEmpty: 'Everything was deleted there.',
    keepMine: 'Keep mine',
    takeThat: 'Take that one',
    both: 'Put both into the field',
    unchanged: 'You have not changed anything yet.',
    empty: 'Write a response first, or skip this prompt.',
    does: {
      submit: 'Submit (on a Mac: ⌘ ↵)',
      leave: 'Leave the field, so that the other keys work',
      field: 'Into the field',
      preview: 'Preview, or back to the text',
      changes: 'What you have changed, or back to the text',
    },
  },
  {
    counted: (count: { words: number; characters: number }, number: (value: number) => string) =>
      `${number(count.words)} ${count.words === 1 ? 'Wort' : 'Wörter'}, ${number(count.characters)} Zeichen`,
    draft: {
      saved: 'Entwurf gespeichert',
      unsaved: 'Wird gespeichert …',
      here: 'Auf diesem Gerät aufgehoben, bis du speicherst',
      'on-device': 'Entwurf auf diesem Gerät aufgehoben',
      'signed-out': 'Du bist abgemeldet: Entwurf auf diesem Gerät aufgehoben',
    },
    undecided: 'Nicht gespeichert: wähle eine Fassung',
    text: 'Text',
    preview: 'Vorschau',
    changes: 'Änderungen',
    nothingYet: 'Noch steht hier nichts.',
    tooDifferent: 'Der Text hat sich zu sehr geändert, um ihn Wort für Wort zu markieren.',
    marked: 'Markiert ist, was du geschrieben hast.',
    submit: 'Abschicken',
    otherTitle: 'Von dieser Antwort gibt es noch eine Fassung',
    otherAbout:
      'Sie kommt aus einem anderen Tab, von einem anderen Gerät oder aus einem früheren Besuch. Gespeichert wird erst, wenn du gewählt hast. Die andere Fassung:',
    otherEmpty: 'Dort wurde alles gelöscht.',
    keepMine: 'Meine behalten',
    takeThat: 'Die andere nehmen',
    both: 'Beide ins Feld setzen',
    unchanged: 'Du hast noch nichts geändert.',
    empty: 'Schreibe erst eine Antwort, oder überspringe diesen Prompt.',
    does: {
      submit: 'Abschicken (auf einem Mac: ⌘ ↵)',
      leave: 'Das Feld verlassen, damit die anderen Tasten gehen',
      field: 'Ins Feld',
      preview: 'Vorschau, oder zurück zum Text',
      changes: 'Was du geändert hast, oder zurück zum Text',
    },
  },
);
