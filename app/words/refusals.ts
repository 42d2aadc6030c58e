/**
 * Why the server did not take something, in the reader's language. The server says it in English; elsewhere what annotators may
 * meet is known by the error's `details.reason`, else by its code.
 */
import type { Evidence } from '@/lib/quality/evidence';
import type { Reply } from '../http';
import { holdWords } from './holds';
import type { Language } from './words';

type Reason = string | ((details: Record<string, unknown>) => string);
type Refusals = { refused: (status: number) => string; reasons: Record<string, Reason>; codes: Record<string, string> };

const refusals: Record<Language, Refusals> = {
  en: { refused: (status) => `The server refused this answer (${status}).`, reasons: {}, codes: {} },
  de: {
    refused: (status) => `Der Server hat diese Antwort abgelehnt (${status}).`,
    reasons: {
      answered: 'Du hast diese Aufgabe schon beantwortet.',
      skipped: 'Du hast diese Aufgabe übersprungen.',
      reopened: 'Du hast diese Aufgabe inzwischen neu geöffnet; beantworte sie dort.',
      unchanged: 'Der Text ist der, mit dem du begonnen hast, oder der andere. Ändere ihn, oder schicke deine Antwort ohne ihn.',
      late: 'Das kam zu spät: Die Zeit dafür war abgelaufen.',
      finished: 'Du hast dieses Gespräch schon abgeschlossen.',
      superseded: 'Du hast diese Antwort schon geändert. Öffne „Meine Arbeit“ noch einmal und ändere die neueste Fassung.',
      off: 'In diesem Projekt lassen sich Antworten nicht ändern. Sag einem Admin, was an deiner nicht stimmt.',
      'not-qualified':
        'Im Quiz waren zu wenige deiner Antworten wie erwartet, darum gibt es noch keine Arbeit. Verloren ist nichts: Lies die Richtlinien noch einmal und frage einen Prüfer; er kann dir noch einen Versuch geben oder dich beginnen lassen.',
      'quiz-waiting': 'Deine letzten Antworten im Quiz sind unterwegs. Sobald sie da sind, beginnt die Arbeit.',
      'quiz-first': 'Bevor die Arbeit beginnt, gibt es ein kurzes Quiz. Du findest es unter „Vergleichen“.',
      paused: ({ evidence }) =>
        `Deine Arbeit in diesem Projekt pausiert. ${holdWords.de.evidence(evidence as Evidence)} Ein Prüfer entscheidet, wie es weitergeht. Alles, was du geantwortet hast, bleibt, und Antworten, die noch unterwegs sind, werden angenommen.`,
      'too-many-open': 'Du hast zu viele Aufgaben offen. Erledige erst einige davon.',
    },
    codes: {
      unauthenticated: 'Melde dich erst an.',
      rate_limited: 'Das war zu schnell. Versuche es gleich noch einmal.',
      unavailable: 'Die Datenbank antwortet nicht. Versuche es gleich noch einmal.',
      internal: 'Auf dem Server ist etwas schiefgegangen. Es ist vermerkt.',
      too_large: 'Das ist zu lang für den Server.',
    },
  },
};

export function refusalInWords({ status, message, code, details }: Reply, language: Language): string {
  const { refused, reasons, codes } = refusals[language];
  const reason = typeof details.reason === 'string' ? reasons[details.reason] : undefined;
  return (typeof reason === 'function' ? reason(details) : reason) ?? codes[code] ?? (message || refused(status));
}
