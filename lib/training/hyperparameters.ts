/**
 * Every stage's hyperparameters: one zod schema each, with the field's names, defaults, ranges and one-line help.
 * Defaults fit the built-in model (about a million parameters); presets.ts has those that change with the size of the model.
 */
import { z } from 'zod';
import { policyOptimizers } from '@/db/enums';
import { roundOverlapSchema } from '../tasks/overlap-settings';
import { watchSchema } from './watch';
import { fieldProblems } from '@/lib/field-problems';

const learningRate = (value: number) => z.number().positive().max(1).default(value).describe('Peak learning rate.');
const count = (value: number, help: string, max = 1_000_000) => z.number().int().min(1).max(max).default(value).describe(help);

const maxLength = (what: string) =>
  z
    .number()
    .int()
    .min(8)
    .max(32_768)
    .nullable()
    .default(null)
    .describe(`Tokens of prompt and response together; longer ${what} are left out and counted. Empty (null): the model’s context.`);

const gradientAccumulationSteps = (what: string) =>
  count(
    1,
    `Parts that the ${what} of an optimizer step are computed in, one after another: the same step in less memory. Must divide their number.`,
    65_536,
  );

type Split = { batchSize: number; gradientAccumulationSteps: number };
const isEvenSplit = (c: Split) => c.batchSize % c.gradientAccumulationSteps === 0;
const evenSplit = { path: ['gradientAccumulationSteps'], error: fieldProblems.unevenBatch };

export const loraSchema = z.strictObject({
  r: count(8, 'Rank of the updates.', 1024),
  alpha: z.number().positive().max(10_000).default(16).describe('Updates count alpha / r.'),
  targetModules: z
    .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)], { error: fieldProblems.noLayers })
    .default('all-linear')
    .describe('Linear layers that get an update, by the end of their names (q_proj, v_proj), or all of them.'),
});
export type LoraSettings = z.infer<typeof loraSchema>;
const lora = loraSchema.nullable().default(null).describe('Low-rank adapters on frozen weights (LoRA); null trains all weights.');

const optimizer = {
  adamBeta1: z.number().min(0).max(0.9999).default(0.9).describe('AdamW: decay of the first moment.'),
  adamBeta2: z.number().min(0).max(0.99999).default(0.95).describe('AdamW: decay of the second moment.'),
  adamEps: z.number().positive().max(1e-2).default(1e-5).describe('AdamW: added to the root of the second moment, as adamEpsForm says.'),
  adamEpsForm: z
    .enum(['pytorch', 'tensorflow'])
    .default('pytorch')
    .describe(
      'AdamW: adamEps is added after bias correction (pytorch) or before it (tensorflow, as OpenAI’s published code has it: smaller first steps).',
    ),
  weightDecay: z.number().min(0).max(1).default(0).describe('AdamW: decoupled weight decay, on matrices only.'),
  maxGradNorm: z.number().positive().max(1000).default(1).describe('Gradients are scaled down to this global norm.'),
};

export const sftSchema = z
  .strictObject({
    learningRate: learningRate(5e-4),
    lrScheduler: z.enum(['linear', 'cosine', 'constant']).default('cosine').describe('Learning rate over the steps, after the warm-up.'),
    warmupRatio: z.number().min(0).max(0.5).default(0.05).describe('Share of the steps in which the learning rate rises linearly from 0.'),
    numTrainEpochs: count(3, 'Most passes over the demonstrations.', 1000),
    earlyStoppingPatience: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .nullable()
      .default(2)
      .describe(
        'Passes in a row that may end without a lower held-out loss; then training stops. The weights of the best pass are kept. Empty (null): all passes, the last weights. Without held-out demonstrations it does nothing.',
      ),
    batchSize: count(16, 'Demonstrations per optimizer step.', 4096),
    gradientAccumulationSteps: gradientAccumulationSteps('demonstrations'),
    maxLength: maxLength('demonstrations'),
    lora,
    ...optimizer,
  })
  .refine(isEvenSplit, evenSplit);
export type SftConfig = z.infer<typeof sftSchema>;

export const rewardSchema = z
  .strictObject({
    learningRate: learningRate(3e-4),
    lrScheduler: z.enum(['linear', 'cosine', 'constant']).default('linear').describe('Learning rate over the steps, after the warm-up.'),
    warmupRatio: z.number().min(0).max(0.5).default(0.05).describe('Share of the steps in which the learning rate rises linearly from 0.'),
    numTrainEpochs: count(3, 'Passes over the comparisons.', 1000),
    batchSize: count(16, 'Pairs per optimizer step; all pairs of a prompt stay in one batch if they fit.', 4096),
    gradientAccumulationSteps: gradientAccumulationSteps('pairs'),
    maxLength: maxLength('pairs'),
    marginPerGrade: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        'Margin m in −log σ(r_chosen − r_rejected − m) for each grade of strength on the scale of seven points, whose end is 3; other scales are stretched to it. 0 turns margins off.',
      ),
    centerRewardsCoefficient: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('Weight of the squared sum of both rewards, which keeps them around 0.'),
    pooling: z
      .enum(['last', 'mean'])
      .default('last')
      .describe('Score read at the last token, or averaged over the response tokens (for truncated samples).'),
    ensembleSize: count(1, 'Heads on the shared body; their disagreement is the uncertainty of a reward. 1 has none.', 64),
    lora,
    ...optimizer,
  })
  .refine(isEvenSplit, evenSplit);
export type RewardConfig = z.infer<typeof rewardSchema>;

/** How text was sampled; stored with every response. */
export const decodingSchema = z.strictObject({
  temperature: z.number().min(0.05).max(5).default(0.7).describe('Logits are divided by it.'),
  topK: z.number().int().min(0).max(100_000).default(0).describe('Keep the k likeliest tokens; 0 keeps all.'),
  topP: z.number().gt(0).max(1).default(1).describe('Keep the likeliest tokens that together reach this probability; 1 keeps all.'),
  maxNewTokens: count(64, 'Longest response, in tokens.', 8192),
  seed: z.number().int().min(0).default(0).describe('Seed of the sampling noise.'),
});
export type Decoding = z.infer<typeof decodingSchema>;

export const ppoSchema = z
  .strictObject({
    startFrom: z
      .enum(['sft', 'previous'])
      .default('sft')
      .describe(
        'Where the policy starts: at the round’s SFT model, or at the policy of the round before, if there is one. KL is to the SFT model either way.',
      ),
    totalEpisodes: count(2560, 'Sampled responses in all.', 100_000_000),
    batchSize: count(64, 'Episodes per rollout batch.', 65_536),
    numMiniBatches: count(2, 'Optimizer steps per pass over a rollout batch.', 1024),
    gradientAccumulationSteps: gradientAccumulationSteps('episodes'),
    numPpoEpochs: count(2, 'Passes over each rollout batch.', 64),
    learningRate: learningRate(2e-4).describe('Peak learning rate, annealed linearly to 0.'),
    temperature: z.number().min(0.05).max(5).default(0.7).describe('Logits are divided by it, in sampling and in every log-probability.'),
    responseLength: count(64, 'Longest sampled response, in tokens.', 8192),
    klCoef: z.number().min(0).max(10).default(0.1).describe('β: reward lost per nat of KL to the SFT policy.'),
    targetKl: z
      .number()
      .positive()
      .max(1000)
      .nullable()
      .default(null)
      .describe('Adaptive β: the KL per response (nats, summed over tokens) to steer to; null keeps β fixed.'),
    klHorizon: count(10_000, 'Adaptive β: episodes over which it reacts.'),
    klEstimator: z
      .enum(['k1', 'k2', 'k3'])
      .default('k1')
      .describe(
        'A token’s KL from log-probabilities: k1 = log π − log π_ref, unbiased; k2 = k1²/2 and k3 = e^−k1 − 1 + k1, never negative and quieter.',
      ),
    earlyStopKl: z
      .number()
      .positive()
      .max(100)
      .nullable()
      .default(null)
      .describe('No further passes over a rollout batch once policy/approxkl_avg of a pass is above 1.5 times this; null never stops.'),
    emaDecay: z
      .number()
      .min(0)
      .lt(1)
      .nullable()
      .default(null)
      .describe(
        'The result is the exponential moving average of the policy’s weights, d·average + (1 − d)·policy after every rollout batch; d near 1 averages over many. Empty (null): the last weights.',
      ),
    maxRatio: z
      .number()
      .gt(1)
      .max(1000)
      .default(10)
      .describe('A minibatch whose mean policy ratio is above it does not count: the policy has left its rollouts.'),
    criticWarmupIterations: z
      .number()
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('Rollout batches at the start that train the critic alone.'),
    ptxCoef: z
      .number()
      .min(0)
      .max(1000)
      .default(0)
      .describe('PPO-ptx: weight of the language loss on demonstrations, mixed into every step; 0 turns it off.'),
    bestOfN: count(
      4,
      'Baseline measured at the start: the best of this many SFT samples by the reward model, for every prompt of a batch; 1 skips it.',
      64,
    ),
    clipRange: z.number().positive().max(1).default(0.2).describe('ε of the clipped policy ratio.'),
    clipRangeValue: z
      .number()
      .positive()
      .max(100)
      .default(0.2)
      .describe('How far a value may move from the rollout value before it is clipped.'),
    vfCoef: z.number().min(0).max(10).default(0.1).describe('Weight of the value loss.'),
    entropyCoef: z.number().min(0).max(1).default(0).describe('Weight of the entropy bonus.'),
    gamma: z.number().gt(0).max(1).default(1).describe('Discount per token.'),
    gaeLambda: z.number().min(0).max(1).default(0.95).describe('λ of generalized advantage estimation.'),
    whitenRewards: z.boolean().default(false).describe('Whiten per-token rewards (variance only) before the advantages.'),
    whitenAdvantages: z.boolean().default(true).describe('Whiten advantages over the tokens of a rollout batch: mean 0, variance 1.'),
    eosRule: z
      .enum(['auto', 'none', 'replace', 'subtract'])
      .default('auto')
      .describe(
        'A response without an end token: keeps its score, scores missingEosPenalty, or loses it. auto: none where fewer than half of the reference samples end by themselves, else replace.',
      ),
    missingEosPenalty: z.number().min(0).max(100).default(1).describe('Size of that penalty.'),
    lora,
    ...optimizer,
  })
  .refine((c) => c.numMiniBatches <= c.batchSize, { path: ['numMiniBatches'], error: fieldProblems.aboveBatch })
  .refine((c) => Math.floor(c.batchSize / c.numMiniBatches) % c.gradientAccumulationSteps === 0, {
    path: ['gradientAccumulationSteps'],
    error: fieldProblems.unevenEpisodes,
  });
export type PpoConfig = z.infer<typeof ppoSchema>;

export const dpoSchema = z
  .strictObject({
    learningRate: learningRate(1e-4),
    lrScheduler: z.enum(['linear', 'cosine', 'constant']).default('linear').describe('Learning rate over the steps, after the warm-up.'),
    warmupRatio: z.number().min(0).max(0.5).default(0.05).describe('Share of the steps in which the learning rate rises linearly from 0.'),
    numTrainEpochs: count(3, 'Passes over the comparisons.', 1000),
    batchSize: count(16, 'Pairs per optimizer step.', 4096),
    gradientAccumulationSteps: gradientAccumulationSteps('pairs'),
    maxLength: maxLength('pairs'),
    beta: z.number().positive().max(100).default(0.1).describe('β: how dear it is to depart from the SFT policy.'),
    labelSmoothing: z
      .number()
      .min(0)
      .lt(0.5)
      .default(0)
      .describe('Share of labels taken to be wrong: 0 believes every one (conservative DPO).'),
    lora,
    ...optimizer,
  })
  .refine(isEvenSplit, evenSplit);
export type DpoConfig = z.infer<typeof dpoSchema>;

export const sampleSchema = z.strictObject({
  ...decodingSchema.shape,
  numPrompts: count(100, 'Prompts to sample new responses for.', 100_000),
});
export type SampleConfig = z.infer<typeof sampleSchema>;

export const roundConfigSchema = z
  .strictObject({
    policyOptimizer: z
      .enum(policyOptimizers)
      .default('ppo')
      .describe('How the policy is made: ppo samples and follows the reward model, dpo learns from the comparisons directly.'),
    labels: z
      .enum(['each', 'consensus'])
      .default('each')
      .describe(
        'What a pair that several people judged counts as: each judgement for itself, or one soft label, the consensus that Dawid and Skene’s model finds. Held-out pairs are measured by each judgement either way.',
      ),
    verdicts: z
      .enum(['preferred', 'ignored'])
      .default('preferred')
      .describe(
        'Where a reviewer has decided a pair: preferred takes the verdict in the place of what people said of it, ignored takes what people said. Held-out pairs are measured by each judgement either way.',
      ),
    sft: sftSchema.prefault({}),
    reward: rewardSchema.prefault({}),
    ppo: ppoSchema.prefault({}),
    dpo: dpoSchema.prefault({}),
    sample: sampleSchema.prefault({}),
    overlap: roundOverlapSchema.prefault({}),
    watch: watchSchema.prefault({}),
  })
  // Every stage goes on with the adapter of the one before.
  .refine(
    ({ sft, reward, ppo, dpo }) =>
      new Set([sft, reward, ppo, dpo].flatMap(({ lora: own }) => (own ? [JSON.stringify(own)] : []))).size <= 1,
    {
      path: ['ppo', 'lora'],
      error: fieldProblems.unequalStages,
    },
  );
export type RoundConfig = z.infer<typeof roundConfigSchema>;
