/** Why a line of a file was not taken, in the reader's language; see lib/dataset/bad-lines.ts. */
import type { badLines } from '@/lib/dataset/bad-lines';
import { issueInWords } from './problems';
import { reasonIn, type German } from './reasons';

const german: German<typeof badLines> = {
  'not-json': ({ message }) => {
    const place = /position (\d+)/.exec(message)?.[1];
    return place ? `Kein gültiges JSON, von Zeichen ${Number(place) + 1} an.` : 'Kein gültiges JSON.';
  },
  'after-the-end': 'Nach dem Ende der Liste folgt noch etwas.',
  'not-closed': 'Die Liste ist nicht geschlossen. Ist die Datei vollständig?',
  'no-object': 'Muss ein JSON-Objekt sein, etwa {"prompt": "…"}.',
  missing: ({ field }) => `„${field}“ fehlt.`,
  'bad-field': ({ field, issue }) => `„${field}“: ${issueInWords(issue, 'de')}`,
  'no-text': ({ field }) => `„${field}“ muss ein Text sein oder eine Liste von {"role", "content"}.`,
  'one-sentence': 'Ein Text braucht mindestens zwei Sätze: Der erste wird zum Prompt, der Rest zur Antwort.',
  'not-a-reply': ({ field }) => `„${field}“ muss genau eine Nachricht des Assistenten sein.`,
  'no-answer': '„messages“ muss mit einer Nachricht des Assistenten enden, die auf eine andere antwortet.',
  same: '„chosen“ und „rejected“ sind gleich.',
  'no-shared-prompt': '„prompt“ fehlt, und „chosen“ und „rejected“ haben kein „\\n\\nAssistant:“ gemeinsam, bis zu dem er reichen könnte.',
  'unlike-forms': '„chosen“ und „rejected“ müssen beide Texte oder beide Listen sein.',
  'unlike-messages': '„chosen“ und „rejected“ müssen alle Nachrichten bis auf die letzte gemeinsam haben.',
};

export const badLineInWords = reasonIn(german);
