/** Why a figure cannot be computed, in the reader's language; see lib/statistics/why-not.ts. */
import type { NotComputed } from '@/lib/statistics/computed';
import type { Names, whyNot } from '@/lib/statistics/why-not';
import type { DetailsOf } from '@/lib/reasons';
import { leaderboardWords } from './leaderboard';
import { sentenceOf } from './reasons';
import type { Language } from './words';

type Table = typeof whyNot;

const named = ({ first, more }: Names): string => [...first, ...(more > 0 ? [`${more} weitere`] : [])].join(', ');
const features: Record<string, string> = leaderboardWords.de.features;
const feature = (name: string): string => features[name] ?? name;

const german: { [W in keyof Table]: string | ((details: DetailsOf<Table[W][1]>) => string) } = {
  'no-ratings': 'Es gibt noch keine Urteile',
  'no-answers': 'Es gibt noch keine Antworten',
  'no-answers-of-yours': 'Du hast hier noch keine Antworten gegeben',
  'nothing-to-compare': 'Es gibt noch keine Antworten, die sich vergleichen ließen',
  'no-sides': 'Nur Vergleiche haben zwei Seiten',
  'one-rater': 'Bisher hat nur eine Person geurteilt',
  'no-shared-unit': ({ raters, units }) =>
    `Nichts ist von zwei Leuten beurteilt worden (${raters} Leute, ${units} Dinge, zu jedem ein Urteil)`,
  'no-unit-in-common': 'Die beiden haben nichts gemeinsam beurteilt',
  'never-again': 'Nichts ist ein zweites Mal beurteilt worden',
  'no-repeat': 'Niemand hat etwas zweimal beurteilt',
  'few-repeats': ({ fewest, repeats }) => `Es braucht mindestens ${fewest} Wiederholungen, und es gibt ${repeats}`,
  'few-answers': ({ windows, answers }) => `${windows} Abschnitte brauchen mindestens ${2 * windows} Antworten, und es gibt ${answers}`,
  'few-units': ({ windows, units }) =>
    `${windows} Abschnitte brauchen ebenso viele Dinge, die zwei Leute beurteilt haben, und es gibt ${units}`,
  'few-measured': ({ fewest, things }) => `Es braucht mindestens ${fewest} Dinge, die zweimal gemessen sind, und es gibt ${things}`,
  'nothing-in-order': 'Die eine Seite hat überall denselben Wert und bringt so nichts in eine Reihenfolge',
  'no-scores': 'Kein Belohnungsmodell hat etwas davon bewertet, ohne auf dessen Prompts trainiert zu sein',
  'few-scored': ({ fewest, responses }) =>
    `Es braucht mindestens ${fewest} Antworten, die das Belohnungsmodell bewertet hat, und es gibt ${responses}`,
  'same-of-all': 'Alle diese Urteile sind gleich und bringen so nichts in eine Reihenfolge',
  'few-shared': 'Zu wenig von dem, was du beurteilt hast, haben auch andere beurteilt',
  'one-value': ({ value }) => `Alle Urteile sind ${JSON.stringify(value)}, und so lässt sich Einigkeit nicht von Zufall unterscheiden`,
  'constant-rater': ({ value }) =>
    `Eine/r der beiden sagt immer ${JSON.stringify(value)}, und so ist κ 0, was auch die oder der andere sagt`,
  'no-spread': 'Die beiden sind sich ausnahmslos einig oder uneinig, und so kommt als Fehler 0 heraus',
  'all-ties': 'Alle Antworten sind „gleich gut“',
  'no-order': 'Gewichte brauchen Zahlen oder Werte mit einer Reihenfolge, und einige sind keines von beidem',
  'no-numbers': 'Dieses Maß braucht Zahlen',
  'no-places': 'Dieses Maß braucht Zahlen oder Werte mit einer Reihenfolge',
  'equal-lengths': 'Die Antworten jedes Paars sind gleich lang',
  'one-side': ({ side }) => `Immer wurde die ${side === 'left' ? 'linke' : 'rechte'} Antwort gewählt, wie lang sie auch war`,
  'one-ratio': 'Die Längen stehen überall im selben Verhältnis',
  'ratio-divides': 'Von einem Längenverhältnis an fällt die Wahl ausnahmslos anders aus, und so hat die Steigung keine Grenze',
  'flat-slope': 'Die Daten sagen zu wenig über die Steigung',
  'no-comparisons': 'Es gibt noch keine Vergleiche',
  'no-two-models': 'Es gibt noch keine Vergleiche zweier Modelle',
  'only-itself': 'In allen Vergleichen steht ein Modell gegen sich selbst',
  'only-ties': 'Alle Vergleiche sind „gleich gut“',
  'no-contradiction':
    'Urteile und „gleich gut“ widersprechen einander nie, und so hat die Chance auf „gleich gut“ keine Grenze; zähle sie als halbe Siege',
  flat: 'Die Daten sagen zu wenig über die Stärken',
  'bootstrap-separated': 'In jeder Bootstrap-Stichprobe gewinnt oder verliert ein Modell alles',
  groups: ({ groups }) =>
    `Die Modelle zerfallen in ${groups.length} Gruppen, die nie miteinander verglichen wurden: ${groups.map(named).join(' / ')}`,
  unbeaten: ({ neverLost, neverWon }) => {
    const said = [
      ...neverLost.map((group) => `gegen ${named(group)} hat kein anderes gewonnen oder gleichgezogen`),
      ...neverWon.map((group) => `${named(group)} hat gegen kein anderes gewonnen oder gleichgezogen`),
    ].join('; ');
    return `${said.charAt(0).toUpperCase()}${said.slice(1)}; um wie viel stärker oder schwächer, lässt sich daraus nicht sagen`;
  },
  'same-style': ({ feature: name }) => `Keine zwei Antworten unterscheiden sich im Merkmal „${feature(name)}“`,
  'tangled-style': ({ features: names }) =>
    `${names.map(feature).join(', ')} lassen sich nicht voneinander oder von den Modellen unterscheiden`,
  'style-decides': 'Der Stil entscheidet die Vergleiche fast ausnahmslos, und so hat seine Wirkung keine Grenze',
};

export const whyNotInWords = ({ why, reason, details }: NotComputed, language: Language): string =>
  language === 'de' ? `Lässt sich nicht berechnen: ${sentenceOf(german, why, details)!}.` : `Can’t be computed, because ${reason}.`;
