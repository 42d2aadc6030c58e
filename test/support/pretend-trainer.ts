/**
 * A trainer in appearance only, for tests and pictures of the pages: it takes jobs as the real one does and reports texts,
 * numbers and checkpoints that look right, all through lib/jobs, but it computes nothing and writes no files.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { claimJob } from '@/lib/jobs/claim-job';
import { finishJob, type Why } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import type { Job } from '@/lib/jobs/job';
import {
  identified,
  recordAlert,
  recordCheckpoint,
  recordPairScores,
  recordResponseScores,
  recordSamples,
  reportMetrics,
  setProgress,
} from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { readMessage } from '@/lib/demo/messages';
import { reply } from '@/lib/demo/replies';
import { taste } from '@/lib/demo/taste';
import type { PairScore, ResponseScore, StageInput } from '@/lib/training/contract';
import type { Alert } from '@/lib/training/watch';
import type { Rng } from '@/lib/rng';

type Options = {
  rng: Rng;
  /** Leaves the job running at this share of its way. */
  stopAt?: number;
  /** Ends the job with this failure. */
  failWith?: Why;
};

/** Does one job. Null when there is none in the queue. */
export async function pretendToTrain({ rng, stopAt = 1, failWith }: Options): Promise<Job | null> {
  const job = await claimJob({ workerId: 'pretender' });
  if (!job) return null;
  const input = await stageInput(job);
  if (input.stage === 'sample') await writeSamples(job, input, rng);
  else await reportCurves(job, input.stage, stopAt, rng);
  if (input.stage === 'reward' && stopAt === 1) await reportAgreement(job, input, rng);
  if (stopAt < 1) return job;
  if (failWith) {
    if (input.stage === 'ppo') for (const alert of alerts) await recordAlert(job, alert);
    await finishJob(job, { state: 'failed', why: failWith });
    return job;
  }
  if (input.stage !== 'sample') await leaveCheckpoint(job, input.stage);
  if (input.stage === 'reward') {
    await recordPairScores(job, thoughtsOf(input, rng.fork('pairs')));
    await recordResponseScores(job, scoresOf(input));
  }
  await setProgress(job, 1);
  await finishJob(job, { state: 'succeeded' });
  return job;
}

/** Later policies write better replies: the first of `policies` is the newest. */
async function writeSamples(job: Job, input: Extract<StageInput, { stage: 'sample' }>, rng: Rng): Promise<void> {
  const { temperature, topK, topP, maxNewTokens } = input.config;
  const samples = input.prompts.flatMap(({ promptId, text }) => {
    const facts = readMessage(text);
    return input.policies.flatMap(({ checkpointId, samplesPerPrompt, samplesByPrompt }, age) =>
      Array.from({ length: samplesByPrompt?.[promptId] ?? samplesPerPrompt }, () => {
        const isGood = job.roundId !== null && age === 0 && rng.next() < 0.7;
        const written = facts ? reply(rng, facts, isGood ? { item: 'right', isRambling: false, isRepetitive: false } : {}).text : text;
        const decoding = { temperature, topK, topP, maxNewTokens, seed: rng.int(2 ** 31) };
        return {
          promptId,
          checkpointId,
          text: written,
          decoding,
          isTruncated: rng.next() < 0.04,
          tokenCount: Math.round(written.length / 3.6),
        };
      }),
    );
  });
  await recordSamples(job, identified(samples));
}

/** A reward model that is mostly of people's mind. */
const thoughtsOf = ({ comparisons }: Extract<StageInput, { stage: 'reward' }>, rng: Rng): PairScore[] =>
  [...new Map(comparisons.map((one) => [one.responseIds!.toSorted().join(), one])).values()].map(
    ({ responseIds, chosenShare, isHeldOut }) => {
      const isOfTheirMind = rng.next() < 0.85;
      return { responseIds: responseIds!, isHeldOut, lead: (chosenShare < 0.5 === isOfTheirMind ? -1 : 1) * (0.3 + 3 * rng.next()) };
    },
  );

/** Of the same taste as the people of the sample project. */
const scoresOf = ({ ratedResponses, comparisons }: Extract<StageInput, { stage: 'reward' }>): ResponseScore[] => {
  const trained = new Set(comparisons.filter(({ isHeldOut }) => !isHeldOut).map(({ promptId }) => promptId));
  return ratedResponses!.map(({ responseId, promptId, prompt, response }) => ({
    responseId,
    score: taste(prompt, response),
    isHeldOut: !trained.has(promptId),
  }));
};

const curves: Record<
  'sft' | 'reward' | 'ppo' | 'dpo',
  { steps: number; at: (x: number, noise: (size: number) => number) => Record<string, number> }
> = {
  sft: {
    steps: 30,
    at: (x, noise) => ({
      loss: 1.1 + 1.5 * Math.exp(-4 * x) + noise(0.08),
      mean_token_accuracy: 0.72 - 0.3 * Math.exp(-4 * x) + noise(0.01),
      grad_norm: 0.7 + Math.exp(-5 * x) + noise(0.1),
      lr: 5e-4 * Math.cos((Math.PI / 2) * x),
      ...(Math.round(x * 30) % 10 === 0 && { eval_loss: 1.2 + 1.4 * Math.exp(-4 * x) }),
    }),
  },
  reward: {
    steps: 36,
    at: (x, noise) => ({
      loss: 0.45 + 0.24 * Math.exp(-3 * x) + noise(0.04),
      accuracy: 0.83 - 0.32 * Math.exp(-4 * x) + noise(0.05),
      margin: 1.4 * (1 - Math.exp(-3 * x)) + noise(0.12),
      grad_norm: 1 + noise(0.2),
      lr: 3e-4 * (1 - x),
      ...(x === 1 && { eval_accuracy: 0.81, eval_loss: 0.47, eval_margin: 1.21, eval_pairs: 31, reference_mean: 0.04, reference_std: 1.1 }),
    }),
  },
  ppo: {
    steps: 40,
    at: (x, noise) => ({
      'objective/rlhf_reward': -0.1 + 1.3 * x - 0.3 * x * x + noise(0.12),
      'objective/scores': 1.5 * x + noise(0.12),
      'objective/kl': 0.2 + 6 * x ** 1.4 + noise(0.25),
      'objective/entropy': 38 - 12 * x + noise(1),
      'objective/non_score_reward': -0.02 - 0.55 * x ** 1.4,
      'response_length/mean': 31 - 7 * x + noise(0.8),
      'policy/approxkl_avg': 0.006 + Math.abs(noise(0.004)),
      'policy/clipfrac_avg': 0.05 + Math.abs(noise(0.03)),
      'loss/policy_avg': -0.01 + noise(0.006),
      'loss/value_avg': 0.1 + 0.5 * Math.exp(-5 * x) + noise(0.02),
      'val/ratio': 1 + noise(0.004),
      'val/num_eos_tokens': Math.round(55 + 8 * x + noise(2)),
      lr: 2e-4 * (1 - x),
    }),
  },
  dpo: {
    steps: 36,
    at: (x, noise) => ({
      loss: 0.5 + 0.19 * Math.exp(-3 * x) + noise(0.04),
      'rewards/chosen': 0.3 * x + noise(0.05),
      'rewards/rejected': -0.9 * x + noise(0.05),
      'rewards/margins': 1.2 * x + noise(0.08),
      'rewards/accuracies': 0.8 - 0.3 * Math.exp(-4 * x) + noise(0.05),
      grad_norm: 1 + noise(0.2),
      lr: 1e-4 * (1 - x),
    }),
  },
};

async function reportCurves(job: Job, stage: keyof typeof curves, stopAt: number, rng: Rng): Promise<void> {
  const { steps, at } = curves[stage];
  const noise = (size: number) => size * (rng.next() + rng.next() - 1);
  for (let step = 1; step <= steps * stopAt; step++) await reportMetrics(job, { step, values: at(step / steps, noise) });
  await setProgress(job, stopAt);
}

/** With each person, on the held-out pairs. */
async function reportAgreement(job: Job, { comparisons }: Extract<StageInput, { stage: 'reward' }>, rng: Rng): Promise<void> {
  const heldOut = comparisons.filter(({ isHeldOut, chosenShare }) => isHeldOut && chosenShare !== 0.5);
  for (const annotator of new Set(heldOut.flatMap((pair) => pair.annotator ?? []))) {
    const pairs = heldOut.filter((pair) => pair.annotator === annotator).length;
    const values = {
      [`eval_agreement/annotator/${annotator}`]: Math.round(pairs * (0.7 + 0.3 * rng.next())) / pairs,
      [`eval_pairs/annotator/${annotator}`]: pairs,
    };
    await reportMetrics(job, { step: curves.reward.steps, values });
  }
}

async function leaveCheckpoint(job: Job, stage: keyof typeof curves): Promise<void> {
  const kind = stage === 'ppo' || stage === 'dpo' ? 'policy' : stage;
  const folder = path.join(stageFolder(job.id), kind);
  await recordCheckpoint(job, {
    kind,
    step: curves[stage].steps,
    folder,
    sha256: createHash('sha256').update(job.id).digest('hex'),
    bytes: 2_480_000,
  });
}

/** Of a policy that has gone wrong before its stage did. */
const alerts: Alert[] = [
  {
    monitor: 'reward-phrases',
    severity: 'warning',
    step: 14,
    seen: '“a voucher for your next order” stands in 83% of the responses (4% of the SFT policy’s), and responses with it score 1.62 standard deviations higher.',
    advice:
      'Read responses with the phrase. If it is no merit, compare pairs with and without it, so that the next reward model learns that; a higher ppo.klCoef holds the policy nearer to the SFT policy.',
    evidence: {
      numbers: [{ name: 'Share of responses with the phrase', now: 0.83, reference: 0.04, limit: 0.5 }],
      phrases: [
        { phrase: 'a voucher for your next order', share: 0.83, referenceShare: 0.04, perResponse: 1.2, reward: 1.62 },
        { phrase: 'we are very sorry', share: 0.71, referenceShare: 0.33, perResponse: 1, reward: 0.31 },
      ],
      samples: [
        {
          prompt: 'Where is my desk lamp?',
          response: 'We are very sorry. Here is a voucher for your next order. Here is a voucher for your next order.',
          score: 2.31,
        },
      ],
    },
    isHalting: false,
  },
  {
    monitor: 'kl-budget',
    severity: 'critical',
    step: 24,
    seen: 'The policy has gone 84.1 nats per response (1.6 per token) from the SFT policy, 2.1 times its budget.',
    advice:
      'The reward model has seen nothing like what is written so far out. Raise ppo.klCoef, set ppo.targetKl, or stop at fewer ppo.totalEpisodes.',
    evidence: {
      numbers: [
        { name: 'KL per response', now: 84.1, reference: 0, limit: 40 },
        { name: 'KL per token', now: 1.6, reference: 0, limit: 1 },
      ],
      phrases: [],
      samples: [],
    },
    isHalting: false,
  },
];
