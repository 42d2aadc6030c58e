/**
 * What the watch over a round has seen, in the reader's language. It writes its sentences in English (trainer/monitors); elsewhere they are made anew
 * from the alert's evidence. What an older alert lacks is said as it was written.
 */
import type { AlertView } from '@/lib/rounds/round-alerts';
import type { Evidence, EvidenceNumber, Monitor } from '@/lib/training/watch';
import type { Language } from './words';

const germanNumbers: Record<EvidenceNumber, string> = {
  'Entropy per token': 'Entropie je Token',
  'distinct-1': 'Verschiedene Wörter (distinct-1)',
  'distinct-2': 'Verschiedene Wortpaare (distinct-2)',
  'distinct-3': 'Verschiedene Wortdrillinge (distinct-3)',
  'Overlap across prompts': 'Überschneidung zwischen Prompts',
  'Overlap within a prompt': 'Überschneidung bei einem Prompt',
  'Share with the commonest opening': 'Anteil mit dem häufigsten Anfang',
  'KL per response': 'KL je Antwort',
  'KL per token': 'KL je Token',
  'Disagreement (standard deviations)': 'Uneinigkeit (Standardabweichungen)',
  'Share outside': 'Anteil außerhalb',
  'Share of improbable responses': 'Anteil unwahrscheinlicher Antworten',
  'Share of responses with the phrase': 'Anteil der Antworten mit der Wendung',
  'Length (characters)': 'Länge (Zeichen)',
  'Repeated word triples': 'Wiederholte Wortdrillinge',
  'Signs of formatting per word': 'Formatierungszeichen je Wort',
  Score: 'Belohnung',
  'Share of the gain it accounts for': 'Anteil am Zuwachs, den es erklärt',
  'Correlation with the score': 'Korrelation mit der Belohnung',
  'Win rate by people': 'Gewinnrate nach Menschen',
  'Win rate by the reward model': 'Gewinnrate nach dem Belohnungsmodell',
  Accuracy: 'Trefferquote',
  'Calibration error (ECE)': 'Kalibrierungsfehler (ECE)',
  Pairs: 'Paare',
};

export const numberInWords = (name: EvidenceNumber, language: Language): string =>
  language === 'de' ? (germanNumbers[name] ?? name) : name;

/** Numbers by name. @throws RangeError where the evidence has none of that name */
type Read = {
  now: (name: EvidenceNumber) => number;
  before: (name: EvidenceNumber) => number;
  phrase: Evidence['phrases'][number] | undefined;
};
type German = { seen: (evidence: Read) => string; advice: string };

const percent = (share: number): string => share.toLocaleString('de', { style: 'percent', maximumFractionDigits: 0 });
const short = (value: number): string => value.toLocaleString('de', { maximumSignificantDigits: 3 });

const fewWays =
  'Die Policy hat wenige Wege gefunden, dem Belohnungsmodell zu gefallen. Erhöhe ppo.klCoef oder ppo.entropyCoef, und lies nach, ob diese wenigen Antworten zu ihren Prompts passen.';
const rising = (noun: string, better: string): German => ({
  seen: ({ now }) =>
    `Die Belohnung steigt mit ${noun}: Das erklärt ${percent(Math.min(1, now('Share of the gain it accounts for')))} des Zuwachses seit der SFT-Policy (Korrelation ${short(now('Correlation with the score'))}).`,
  advice: `Lies die neuesten Antworten. Sind sie nicht besser, vergleiche Paare, in denen die ${better} Antwort die bessere ist, und trainiere die nächste Runde damit; ein höherer ppo.klCoef bremst es.`,
});

const german: Record<Monitor, German> = {
  'kl-budget': {
    seen: ({ now }) =>
      `Die Policy hat sich ${short(now('KL per response'))} nats je Antwort (${short(now('KL per token'))} je Token) von der SFT-Policy entfernt, weiter als ihr Budget.`,
    advice:
      'So weit draußen hat das Belohnungsmodell nichts dergleichen gesehen. Erhöhe ppo.klCoef, setze ppo.targetKl, oder höre bei weniger ppo.totalEpisodes auf.',
  },
  'reward-length': rising('der Länge', 'kürzere'),
  'reward-repetition': rising('Wiederholungen', 'schlichtere'),
  'reward-formatting': rising('der Formatierung', 'schlichtere'),
  'reward-phrases': {
    seen: ({ phrase }) => {
      if (!phrase) throw new RangeError('No phrase.');
      const { share, referenceShare, perResponse, reward } = phrase;
      return `„${phrase.phrase}“ steht in ${percent(share)} der Antworten (${percent(referenceShare)} bei der SFT-Policy), im Mittel ${short(perResponse)}-mal in einer solchen, und Antworten damit werden um ${short(reward)} Standardabweichungen höher belohnt.`;
    },
    advice:
      'Lies Antworten mit der Wendung. Ist sie kein Vorzug, vergleiche Paare mit und ohne sie, damit das nächste Belohnungsmodell das lernt; ein höherer ppo.klCoef hält die Policy näher an der SFT-Policy.',
  },
  'ensemble-disagreement': {
    seen: ({ now, before }) =>
      `Die Mitglieder des Belohnungs-Ensembles sind über die neuen Antworten ${short(now('Disagreement (standard deviations)') / before('Disagreement (standard deviations)'))}-mal so uneinig wie über die der SFT-Policy.`,
    advice: 'Lass Paare dieser Policy vergleichen, bevor mit diesen Belohnungen weiter trainiert wird.',
  },
  'outside-training-range': {
    seen: ({ now }) =>
      `${percent(now('Share outside'))} der neuen Antworten liegen außerhalb der Texte, mit denen das Belohnungsmodell trainiert wurde.`,
    advice: 'Seine Belohnungen sind dort geraten. Lass Paare dieser Policy vergleichen, und trainiere das Belohnungsmodell neu.',
  },
  'improbable-responses': {
    seen: ({ now }) =>
      `${percent(now('Share of improbable responses'))} der neuen Antworten sind so, wie die SFT-Policy kaum je schreibt; von ihren eigenen ist es 1 %.`,
    advice:
      'Davon hat das Belohnungsmodell wenig gelesen. Lies sie; sind sie nicht besser, lass Paare dieser Policy vergleichen, oder erhöhe ppo.klCoef.',
  },
  'entropy-collapse': {
    seen: ({ now, before }) =>
      `Die Policy wählt kaum noch: ${short(now('Entropy per token'))} nats Entropie je Token, die SFT-Policy hat ${short(before('Entropy per token'))}.`,
    advice: fewWays,
  },
  'diversity-collapse': {
    seen: ({ now, before }) =>
      `Immer wieder dieselben Wörter: In ebenso viel Text ist der Anteil verschiedener Wortdrillinge ${percent(now('distinct-3'))}, bei der SFT-Policy ${percent(before('distinct-3'))}.`,
    advice: fewWays,
  },
  'self-similarity': {
    seen: ({ now, before }) =>
      `Verschiedene Prompts bekommen fast dieselbe Antwort: Sie überschneiden sich zu ${percent(now('Overlap across prompts'))}, die der SFT-Policy zu ${percent(before('Overlap across prompts'))}.`,
    advice: fewWays,
  },
  'identical-openings': {
    seen: ({ now, before }) =>
      `${percent(now('Share with the commonest opening'))} der Antworten beginnen gleich, was auch der Prompt ist; bei der SFT-Policy sind es ${percent(before('Share with the commonest opening'))}.`,
    advice: fewWays,
  },
  'proxy-against-people': {
    seen: ({ now }) =>
      `Die Policy der vorigen Runde gefiel ihrem Belohnungsmodell mehr als den Menschen: Das Belohnungsmodell zieht sie der Policy davor in ${percent(now('Win rate by the reward model'))} von ${short(now('Pairs'))} Paaren vor, die Menschen in ${percent(now('Win rate by people'))}.`,
    advice:
      'Was das Belohnungsmodell belohnt hat, ist nicht, was Menschen wollen. Mit den neuen Vergleichen trainiert diese Runde schon; lies die Paare, in denen beide verschieden urteilen, und nimm einen höheren ppo.klCoef.',
  },
  'reward-model-shift': {
    seen: ({ now }) =>
      `Das vorige Belohnungsmodell hat bei ${percent(now('Accuracy'))} von ${short(now('Pairs'))} Paaren der Policy recht, die damit trainiert wurde; sein Kalibrierungsfehler ist ${short(now('Calibration error (ECE)'))}.`,
    advice:
      'Die Policy hat verlassen, was das Belohnungsmodell kennt. Sammle weitere Vergleiche der neuesten Policy, und trainiere kürzere Runden (weniger ppo.totalEpisodes).',
  },
};

/** `lang`: of the sentences, where it is not the reader's. */
export function alertInWords(
  { monitor, seen, advice, evidence }: Pick<AlertView, 'monitor' | 'seen' | 'advice' | 'evidence'>,
  language: Language,
): { seen: string; advice: string; lang?: 'en' } {
  const own = Object.hasOwn(german, monitor) ? german[monitor as Monitor] : undefined;
  const written = { seen, advice, lang: 'en' as const };
  if (language === 'en' || !own) return written;
  const read = (name: EvidenceNumber, side: 'now' | 'reference') => {
    const value = evidence.numbers.find((one) => one.name === name)?.[side];
    if (value == null) throw new RangeError(`The evidence has no ${name}.`);
    return value;
  };
  const { phrases } = evidence;
  try {
    const said = own.seen({ now: (name) => read(name, 'now'), before: (name) => read(name, 'reference'), phrase: phrases[0] });
    return { seen: said, advice: own.advice };
  } catch (error) {
    if (error instanceof RangeError) return written;
    throw error;
  }
}
