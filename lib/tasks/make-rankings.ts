/**
 * Which prompts of a sampling are ranked, and which of their samples. One of the previous policy is among them where there is one, so that a
 * ranking compares the two policies besides. Never two texts in a ranking that are the same but for spaces at the ends, and none that
 * says nothing new. Pure.
 */
import { pairKey, type Sample } from './make-pairs';

const fewest = 3;

export type SampledPrompt = { promptId: string; newer: Sample[]; previous: Sample[] };

/**
 * At most `wanted`, of the prompts with the most different texts.
 * @param size of a ranking at most: 3 … 9
 * @param isKnown whether this prompt has had this pair of texts
 */
export function makeRankings(
  prompts: SampledPrompt[],
  { wanted, size }: { wanted: number; size: number },
  isKnown: (promptId: string, textA: string, textB: string) => boolean = () => false,
): { promptId: string; responseIds: string[] }[] {
  return prompts
    .map(({ promptId, newer, previous }) => ({ promptId, samples: differentTexts([...previous.slice(0, 1), ...newer]).slice(0, size) }))
    .filter(({ promptId, samples }) => samples.length >= fewest && hasNewPair(samples, (a, b) => isKnown(promptId, a, b)))
    .sort((one, other) => other.samples.length - one.samples.length)
    .slice(0, wanted)
    .map(({ promptId, samples }) => ({ promptId, responseIds: samples.map(({ id }) => id) }));
}

const differentTexts = (samples: Sample[]): Sample[] =>
  [...new Map(samples.toReversed().map((sample) => [sample.text.trim(), sample])).values()].toReversed();

const hasNewPair = (samples: Sample[], isKnown: (textA: string, textB: string) => boolean): boolean =>
  samples.some((a, i) => samples.slice(i + 1).some((b) => pairKey(a.text, b.text) !== null && !isKnown(a.text, b.text)));
