/** What a round still lacks, in the reader's language; see lib/rounds/lacks.ts. */
import type { lacks, waysToCompare } from '@/lib/rounds/lacks';
import { failureInWords } from './failures';
import { reasonIn, type German } from './reasons';

const importing = 'importiere auf der Seite „Daten“ Zeilen {"prompt", "chosen", "rejected"}';

const ways: German<typeof waysToCompare> = {
  judge: `Beurteile Paare auf der Seite „Vergleichen“, oder ${importing}.`,
  'after-prompts': `Paare zu beurteilen gibt es, sobald es Prompts gibt; oder ${importing}.`,
  'sampling-failed': ({ error, errorDetails }) =>
    `Es gibt keine Paare zu beurteilen, denn das Basismodell konnte nicht antworten: ${failureInWords(error ?? '', errorDetails, 'de').text}`,
  'sampling-waits': 'Es gibt noch keine Paare zu beurteilen: Das Basismodell antwortet demnächst. Der Trainer muss laufen.',
  sampling: ({ percent }) => `Es gibt noch keine Paare zu beurteilen: Das Basismodell antwortet gerade (${percent} %).`,
  'more-prompts': `Alle Paare sind beurteilt. Importiere mehr Prompts, um mehr zu bekommen, oder ${importing}.`,
};
const wayInWords = reasonIn(ways);

const german: German<typeof lacks> = {
  prompts: ({ slug }) =>
    `Es gibt keine Prompts, auf die ein Modell antworten könnte. Importiere welche auf der Seite „Daten“ oder mit ./bin/heed import prompts DATEI --project ${slug}.`,
  demonstrations: ({ have, need }) =>
    `Demonstrationen: ${have} von ${need}. Aus weniger lernt ein Modell nur auswendig. Schreibe welche auf der Seite „Vormachen“, oder importiere auf der Seite „Daten“ Zeilen {"prompt", "completion"}.`,
  comparisons: ({ have, need, undecided, way }) => {
    const ties = undecided > 0 ? ` (dazu ${undecided}-mal „gleich gut“ oder „beide schlecht“, was nicht zählt)` : '';
    return `Vergleiche: ${have} von ${need}${ties}. Aus weniger lernt ein Belohnungsmodell Zufälliges. ${wayInWords(way, 'de')}`;
  },
  'demonstrations-held-out': ({ have }) =>
    `Alle ${have} Demonstrationen sind leer oder gehören zu zurückgehaltenen Prompts, an denen nur gemessen wird. Schreibe welche zu anderen Prompts, oder senke heldOutFraction vor dem Import.`,
  'comparisons-held-out': ({ have }) =>
    `Alle ${have} Vergleiche gehören zu zurückgehaltenen Prompts, an denen nur gemessen wird. Vergleiche Paare anderer Prompts, oder senke heldOutFraction vor dem Import.`,
  contradictory: ({ pairs }) =>
    `Die Vergleiche widersprechen einander: Bei ${pairs === 1 ? 'dem einen beurteilten Paar' : `den ${pairs} beurteilten Paaren`} sagen ebenso viele, die eine Seite sei besser, wie die andere. Daraus lernt ein Modell so viel wie aus „gleich gut“. Vergleiche mehr Paare, oder einigt euch über die Richtlinien.`,
  'one-prompt':
    'Alle Vergleiche gehören zu einem einzigen Prompt: Ein Belohnungsmodell lernt dort, was gut ist, und PPO braucht es überall. Vergleiche Paare mindestens eines weiteren Prompts.',
};

export const lackInWords = reasonIn(german);
