import type { TaskKind } from '@/db/enums';
import { evidenceInEnglish, rounded, type Evidence } from '@/lib/quality/evidence';
import { words } from './words';

/** Warnings and pauses: what annotators read about them, and the reviewers' list. */
export const holdWords = words(
  {
    evidence: evidenceInEnglish,
    warning: 'Please take more time for each task.',
    warningPauses: 'If it goes on like this, your work in this project pauses until a reviewer has looked at it.',
    warningOnly: 'This notice goes when it is more again.',
    title: 'Warned and paused',
    about:
      'Who is paused gets no tasks of this project and reads why. Their answers are kept, and a rule counts anew once you let them go on.',
    none: 'Nobody is, or was.',
    goldOff: 'No rule pauses people for gold.',
    goldOn: (share: string, last: number, min: number) =>
      `Whoever has fewer than ${share} of their last ${last} gold pairs as expected is paused, from ${min} gold pairs on.`,
    speedOff: 'No rule looks at how fast people are.',
    speedOn: (last: number, share: string, seconds: string) =>
      `Too fast are ${last} answers with a median below ${share} of that of others, or below ${seconds} s for a thousand characters:`,
    speedRules: { off: '', warn: 'they are told.', pause: 'they are told first, and paused when it goes on.' },
    repeatsOff: 'Nothing is asked a second time.',
    repeatsOn: (every: number, answers: number, hours: string) =>
      `One in ${every} comparisons of a person is one they gave before, at least ${answers} comparisons and ${hours} h ago.`,
    person: 'Person',
    level: 'What',
    levels: { warned: 'warned', paused: 'paused' },
    why: 'Why',
    started: 'Since',
    by: (name: string) => `by ${name}`,
    byRule: 'by the rule',
    ended: 'Ended',
    endedBy: (name: string) => `let go on by ${name}`,
    endedByItself: 'by itself',
    letGoOn: 'Let go on',
    letGoOnTitle: (name: string) => `Let ${name} go on?`,
    letGoOnAbout: 'They get tasks again, and the rule counts anew from now. It is written down that you decided so.',
    pause: 'Pause',
    pauseTitle: (name: string) => `Pause ${name}?`,
    pauseAbout:
      'They get no tasks of this project until somebody lets them go on. What they have open goes back; what they answered is kept.',
    reason: 'Reason',
    reasonHelp: 'They read it.',
  },
  {
    evidence: evidenceInGerman,
    warning: 'Nimm dir bitte mehr Zeit für jede Aufgabe.',
    warningPauses: 'Geht es so weiter, pausiert deine Arbeit in diesem Projekt, bis ein Prüfer sie sich angesehen hat.',
    warningOnly: 'Dieser Hinweis geht, wenn es wieder mehr ist.',
    title: 'Hinweise und Pausen',
    about:
      'Wer pausiert, bekommt keine Aufgaben dieses Projekts und liest, warum. Die Antworten bleiben, und eine Regel zählt neu, sobald du die Person weitermachen lässt.',
    none: 'Niemand hat oder hatte welche.',
    goldOff: 'Wegen Gold lässt keine Regel jemanden pausieren.',
    goldOn: (share: string, last: number, min: number) =>
      `Wer weniger als ${share} der letzten ${last} Goldpaare wie erwartet beantwortet, pausiert, ab ${min} Goldpaaren.`,
    speedOff: 'Wie schnell jemand ist, sieht keine Regel an.',
    speedOn: (last: number, share: string, seconds: string) =>
      `Zu schnell sind ${last} Antworten mit einem Median unter ${share} von dem anderer, oder unter ${seconds} s je tausend Zeichen:`,
    speedRules: {
      off: '',
      warn: 'Es gibt einen Hinweis.',
      pause: 'Erst gibt es einen Hinweis, und eine Pause, wenn es so weitergeht.',
    },
    repeatsOff: 'Nichts wird ein zweites Mal gefragt.',
    repeatsOn: (every: number, answers: number, hours: string) =>
      `Jeder ${every}. Vergleich einer Person ist einer, den sie schon gemacht hat, vor mindestens ${answers} Vergleichen und ${hours} h.`,
    person: 'Person',
    level: 'Was',
    levels: { warned: 'Hinweis', paused: 'pausiert' },
    why: 'Warum',
    started: 'Seit',
    by: (name: string) => `von ${name}`,
    byRule: 'von der Regel',
    ended: 'Zu Ende',
    endedBy: (name: string) => `von ${name} beendet`,
    endedByItself: 'von selbst',
    letGoOn: 'Weitermachen lassen',
    letGoOnTitle: (name: string) => `${name} weitermachen lassen?`,
    letGoOnAbout: 'Die Person bekommt wieder Aufgaben, und die Regel zählt ab jetzt neu. Es wird vermerkt, dass du das entschieden hast.',
    pause: 'Pausieren',
    pauseTitle: (name: string) => `${name} pausieren lassen?`,
    pauseAbout:
      'Die Person bekommt keine Aufgaben dieses Projekts, bis jemand sie weitermachen lässt. Was sie offen hat, geht zurück; was sie geantwortet hat, bleibt.',
    reason: 'Grund',
    reasonHelp: 'Die Person liest ihn.',
  },
);

const things: Record<TaskKind, string> = {
  compare: 'Vergleiche',
  rank: 'Rangfolgen',
  rate: 'Bewertungen',
  demonstrate: 'vorgemachten Antworten',
};

function evidenceInGerman(evidence: Evidence): string {
  if (evidence.rule === 'reviewer') return `Grund eines Prüfers: ${evidence.reason}`;
  if (evidence.rule === 'gold') {
    const { asked, right, minShare } = evidence;
    return `Von den letzten ${asked} Paaren mit bekannter Antwort waren ${right} wie erwartet beantwortet; verlangt sind mindestens ${Math.round(minShare * 100)} %.`;
  }
  const seconds = (value: number) => rounded(value).toLocaleString('de');
  const last = `Die letzten ${evidence.answers} ${things[evidence.kind]}`;
  return evidence.by === 'length'
    ? `${last} haben ${seconds(evidence.seconds)} s je tausend Zeichen gebraucht (Median); erwartet sind mindestens ${seconds(evidence.least)} s.`
    : `${last} haben je ${seconds(evidence.seconds)} s gebraucht (Median). Andere brauchen ${seconds(evidence.usual)} s; erwartet sind mindestens ${seconds(evidence.least)} s.`;
}
