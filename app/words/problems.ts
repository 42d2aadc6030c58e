/** What is wrong with a field of a form, in the reader's language: zod's findings by their code, our own rules by their sentence. */
import { fieldProblems } from '@/lib/field-problems';
import type { FormState } from '@/lib/auth/form-state';
import type { FieldIssue } from '@/lib/parse';
import { refusalInWords } from './refusals';
import type { Language } from './words';

const germanProblems: Record<keyof typeof fieldProblems, string> = {
  hasComma: 'Namen enthalten kein Komma.',
  twice: 'Jeder Name nur einmal.',
  noSlug: 'Nimm Kleinbuchstaben, Ziffern und einzelne Bindestriche, etwa „shop-replies“.',
  noMail: 'Gib eine E-Mail-Adresse ein.',
  noFlagReason: 'Sag, was damit nicht stimmt.',
  emptyMessage: 'Die Nachricht ist leer.',
  emptyPrompt: 'Der Prompt ist leer.',
  emptyResponse: 'Die Antwort ist leer.',
  nullCharacter: 'Enthält das Zeichen U+0000.',
  noKey: 'Wähle einen Buchstaben, eine Ziffer oder ein Zeichen.',
  tooManyKeys: 'Zu viele Tasten.',
  sameKey: 'Eine Taste kann nicht zweierlei tun.',
  unevenBatch: 'Muss batchSize teilen.',
  unevenEpisodes: 'Muss die Episoden eines Optimierungsschritts teilen, batchSize / numMiniBatches.',
  aboveBatch: 'Höchstens batchSize.',
  unequalStages: 'Muss in allen Stufen, die es haben, gleich sein.',
  noLayers: 'Muss all-linear sein, oder Namen von Schichten.',
};

const bySentence = new Map<string, string>(
  (Object.keys(fieldProblems) as (keyof typeof fieldProblems)[]).map((name) => [fieldProblems[name], germanProblems[name]]),
);

/** By its field; of what concerns the whole form, that form's message speaks. */
export function problemAt(state: FormState | null, field: string, language: Language): string | undefined {
  const issue = state?.fieldIssues?.[field];
  if (issue) return issueInWords(issue, language);
  const refused = state?.refused;
  return refused && field in ((refused.details.fields as object | undefined) ?? {}) ? refusalInWords(refused, language) : undefined;
}

export function issueInWords(issue: FieldIssue, language: Language): string {
  return language === 'en' ? issue.message : (bySentence.get(issue.message) ?? inGerman(issue));
}

const number = (value: number | bigint): string => value.toLocaleString('de');
const things: Record<string, [one: string, many: string]> = { string: ['Zeichen', 'Zeichen'], array: ['Eintrag', 'Einträge'] };
const counted = (origin: string, count: number | bigint): string => {
  const named = things[origin];
  return named ? `${number(count)} ${named[Number(count) === 1 ? 0 : 1]}` : number(count);
};

function inGerman(issue: FieldIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (things[issue.origin] && Number(issue.minimum) === 1) return 'Hier fehlt noch etwas.';
      return issue.inclusive === false
        ? `Mehr als ${counted(issue.origin, issue.minimum)}.`
        : `Mindestens ${counted(issue.origin, issue.minimum)}.`;
    case 'too_big':
      return issue.inclusive === false
        ? `Weniger als ${counted(issue.origin, issue.maximum)}.`
        : `Höchstens ${counted(issue.origin, issue.maximum)}.`;
    case 'invalid_type':
      return issue.expected === 'int'
        ? 'Muss eine ganze Zahl sein.'
        : issue.expected === 'number'
          ? 'Muss eine Zahl sein.'
          : 'Hier fehlt noch etwas.';
    case 'not_multiple_of':
      return `Muss ein Vielfaches von ${number(issue.divisor)} sein.`;
    case 'invalid_value':
      return `Muss eines davon sein: ${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return `Das gibt es hier nicht: ${issue.keys.join(', ')}.`;
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'So ist es nicht erlaubt.';
  }
}
