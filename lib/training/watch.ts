/** The watch over a round: what its monitors may see before they raise an alert, and what an alert says. */
import { z } from 'zod';
import { alertSeverities } from '@/db/enums';

const share = (value: number, help: string) => z.number().min(0).max(1).default(value).describe(help);
const above = (value: number, help: string, max = 10_000) => z.number().positive().max(max).default(value).describe(help);

export const watchSchema = z.strictObject({
  haltOn: z
    .enum(['never', 'critical', 'warning'])
    .default('never')
    .describe('The mildest alert that ends the round: it fails, with the alert as its reason.'),
  windowEpisodes: z.number().int().min(8).max(4096).default(128).describe('Newest responses that are compared with the SFT policy’s own.'),
  klBudget: above(40, 'KL to the SFT policy, nats per response, that a policy may spend.'),
  klPerToken: above(1, 'The same per token.', 100),
  featureShare: share(0.5, 'Share of the rise in reward that length, repetition or formatting may account for.'),
  phraseShare: share(
    0.5,
    'Share of responses that may hold one phrase the SFT policy hardly ever wrote, or that repeat one, when it pays.',
  ),
  uncertaintyRatio: above(2, 'Disagreement of the reward ensemble on new responses, as a multiple of that on the SFT policy’s.', 100),
  outsideShare: share(0.3, 'Share of responses that may lie outside the range of texts that the reward model was trained on.'),
  improbableShare: share(0.3, 'Share of responses that may be such as the SFT policy hardly ever writes (1% of its own are).'),
  entropyRatio: share(0.2, 'Entropy per token, as a share of the SFT policy’s, below which the policy has narrowed.'),
  distinctRatio: share(0.5, 'Distinct n-grams, as a share of the SFT policy’s in as much text, below which its texts are all alike.'),
  similarity: share(0.6, 'Mean overlap (Jaccard, word pairs) of responses to different prompts.'),
  openingShare: share(0.8, 'Share of responses that may begin with the same four words.'),
  minPairs: z
    .number()
    .int()
    .min(4)
    .max(10_000)
    .default(20)
    .describe('Fewest judged pairs from which the reward model is measured on a new policy.'),
  accuracyDrop: share(0.1, 'Drop of its accuracy, and rise of its calibration error, on the newest policy’s pairs against older ones.'),
});
export type WatchConfig = z.infer<typeof watchSchema>;

/** What is measured, by the names under which it is stored. */
const evidenceNumbers = [
  'Entropy per token',
  'distinct-1',
  'distinct-2',
  'distinct-3',
  'Overlap across prompts',
  'Overlap within a prompt',
  'Share with the commonest opening',
  'KL per response',
  'KL per token',
  'Disagreement (standard deviations)',
  'Share outside',
  'Share of improbable responses',
  'Share of responses with the phrase',
  'Length (characters)',
  'Repeated word triples',
  'Signs of formatting per word',
  'Score',
  'Share of the gain it accounts for',
  'Correlation with the score',
  'Win rate by people',
  'Win rate by the reward model',
  'Accuracy',
  'Calibration error (ECE)',
  'Pairs',
] as const;
export type EvidenceNumber = (typeof evidenceNumbers)[number];

/** What a monitor has seen, for people: numbers beside those of the reference, phrases, a few texts. */
export const evidenceSchema = z.object({
  numbers: z.array(
    z.object({
      name: z.custom<EvidenceNumber>((name) => typeof name === 'string'),
      now: z.number(),
      reference: z.number().nullable(),
      limit: z.number().nullable(),
    }),
  ),
  phrases: z
    .array(z.object({ phrase: z.string(), share: z.number(), referenceShare: z.number(), perResponse: z.number(), reward: z.number() }))
    .default([]),
  samples: z.array(z.object({ prompt: z.string(), response: z.string(), score: z.number() })).default([]),
});
export type Evidence = z.infer<typeof evidenceSchema>;

const monitors = [
  'kl-budget',
  'reward-length',
  'reward-repetition',
  'reward-formatting',
  'reward-phrases',
  'ensemble-disagreement',
  'outside-training-range',
  'improbable-responses',
  'entropy-collapse',
  'diversity-collapse',
  'self-similarity',
  'identical-openings',
  'proxy-against-people',
  'reward-model-shift',
] as const;
export type Monitor = (typeof monitors)[number];

const alertSchema = z.object({
  monitor: z.enum(monitors),
  severity: z.enum(alertSeverities),
  /** The stage's own count, as in its metrics. */
  step: z.number().int().min(0),
  /** One or two sentences each. */
  seen: z.string(),
  advice: z.string(),
  evidence: evidenceSchema,
  /** It ended the round. */
  isHalting: z.boolean(),
});
export type Alert = z.infer<typeof alertSchema>;
