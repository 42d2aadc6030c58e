import { words } from './words';

/** What rankings and ratings have in common: the prompt, a reason, skipping, flagging. */
export const judgingWords = words(
  {
    submit: 'Submit',
    reason: 'Reason',
    reasonLabel: 'Reason for your judgement (optional)',
    reasonHint: 'Reason for your judgement, optional. Enter to go back.',
    skip: 'Skip',
    skipped: 'Skipped',
    flag: 'Flag',
    flagged: 'Flagged',
    does: {
      submit: 'Submit',
      skip: 'Skip this task',
      flag: 'Flag it for an admin',
      reason: 'Write a reason',
      undo: 'Take the last answer back',
      leave: 'Leave the reason field',
    },
    compare: 'Compare responses',
  },
  {
    submit: 'Abschicken',
    reason: 'Grund',
    reasonLabel: 'Grund für das Urteil (freiwillig)',
    reasonHint: 'Grund für das Urteil, freiwillig. Zurück mit Enter.',
    skip: 'Überspringen',
    skipped: 'Übersprungen',
    flag: 'Melden',
    flagged: 'Gemeldet',
    does: {
      submit: 'Abschicken',
      skip: 'Diese Aufgabe überspringen',
      flag: 'Einem Admin melden',
      reason: 'Einen Grund aufschreiben',
      undo: 'Die letzte Antwort zurücknehmen',
      leave: 'Das Feld für den Grund verlassen',
    },
    compare: 'Antworten vergleichen',
  },
);
