/**
 * What a customer writes back to a reply: pleased, or naming one of its faults, the graver the likelier. A language model that
 * has read such exchanges knows, at the end of a reply, how it will be taken; that is what a reward model starts from.
 */
import type { ReplyTraits } from './replies';
import type { Random } from './shop';

const pleased = [
  'Thank you, that helps me a lot.',
  'Thanks, that is just what I needed.',
  'Perfect, thank you very much!',
  'Great, I am happy with that.',
  'Wonderful, that was quick and kind.',
];

/** The share of each is its gravity; being pleased all the same weighs 1. */
const faults: { isThere: (traits: ReplyTraits) => boolean; gravity: number; words: string[] }[] = [
  {
    isThere: (t) => t.item === 'wrong',
    gravity: 10,
    words: [
      'That is not what I ordered.',
      'You mixed up my order with another one.',
      'I never bought that.',
      'Wrong order, please read my message.',
    ],
  },
  { isThere: (t) => t.item === 'none', gravity: 3, words: ['Which order do you mean?', 'Are you sure that you found my order?'] },
  {
    isThere: (t) => t.step === 'unfitting',
    gravity: 6,
    words: [
      'But that does not solve my problem.',
      'But that was not my question.',
      'No, I asked for something else.',
      'This is no help at all.',
    ],
  },
  {
    isThere: (t) => t.step === 'vague',
    gravity: 2.5,
    words: ['So what happens now?', 'When will you do something?', 'What does that mean for me?'],
  },
  { isThere: (t) => t.tone === 'curt', gravity: 3, words: ['How rude!', 'Please be more polite.', 'There is no need to be unkind.'] },
  { isThere: (t) => t.tone === 'neutral', gravity: 0.4, words: ['Fine.', 'All right.'] },
  { isThere: (t) => t.isRambling, gravity: 2, words: ['Please come to the point.', 'Why do you tell me all this?'] },
  { isThere: (t) => t.isRepetitive, gravity: 2.5, words: ['You said that already.', 'Once would have been enough.'] },
];

export function reaction(rng: Random, traits: ReplyTraits): string {
  const found = faults.filter(({ isThere }) => isThere(traits));
  let left = rng.next() * found.reduce((sum, { gravity }) => sum + gravity, 1);
  for (const { gravity, words } of found) {
    left -= gravity;
    if (left < 0) return rng.pick(words);
  }
  return rng.pick(pleased);
}
