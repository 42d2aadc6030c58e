/**
 * Why a stage failed, by name: the trainer stores the sentence in English and, beside it, what stands in it, so that pages can say it in the reader's
 * language (app/words/failures.ts). What can also be met where a person asks a model something is among the refusals (lib/refusals.ts).
 */
import type { Stage } from '@/db/enums';
import type { ErrorDetails } from '@/db/schema/training';
import type { ErrorCode } from '@/lib/errors';
import { errorsOf, reasonsOf, type DetailsOf, type Reason, type Sentence } from '@/lib/reasons';
import type { Alert } from './watch';

/** Complete “the last time: …”: no capital, no full stop. */
export const crashes = {
  killed:
    'the numerics process was killed from outside, most likely because the machine ran out of memory. Lower the batch size or raise gradientAccumulationSteps, or give it more memory',
  aborted: 'the numerics process gave up (SIGABRT), as it does when it runs out of memory: see the trainer’s log',
  signal: ({ signal }: { signal: string }) => `the numerics process was ended by ${signal}`,
  exit: ({ code }: { code: number | null }) => `the numerics process ended with code ${code}`,
  unstarted: ({ message }: { message: string }) => `the numerics process could not be started: ${message}`,
  unasked: 'the stage stopped without being asked to',
};
export const crash = reasonsOf(crashes);
export type Crash = Reason<keyof typeof crashes>;

type Tensor = { name: string; value: string };

/** What a step that did not end in numbers stumbled over; completes “…: ”. */
export const brokenSteps = {
  parameter: ({ name, value }: Tensor) => `parameter ${name} holds ${value} before the step`,
  gradient: ({ name, value, loss }: Tensor & { loss: string }) => `the gradient of ${name} holds ${value} (loss ${loss})`,
  loss: ({ loss }: { loss: string }) => `the loss is ${loss}`,
  update: ({ name, value }: Tensor) => `parameter ${name} becomes ${value} in the update`,
  norm: ({ norm }: { norm: string }) => `numbers grow beyond what 32 bits hold (gradient norm ${norm})`,
};
export const brokenStep = reasonsOf(brokenSteps);

/** Why the disk refused; completes “…: ”. */
export const diskTroubles = {
  full: 'the disk is full. Free some space or lower the disk budget for checkpoints, then start again',
  quota: 'the disk quota is used up. Free some space, then start again',
  'read-only': 'the disk is read-only',
  forbidden: 'there is no permission to write there',
};
export const diskTrouble = reasonsOf(diskTroubles);

const stageNames: Record<Stage, string> = { sft: 'SFT', reward: 'The reward model', ppo: 'PPO', dpo: 'DPO', sample: 'Sampling' };
/** `now`: of settings that exist in this stage. A `maxLength` of null is the model's context. */
export type Memory = {
  stage: Stage;
  program: string;
  inputs: string;
  now: {
    maxNewTokens?: number;
    gradientAccumulationSteps?: number;
    batchSize?: number;
    responseLength?: number;
    maxLength?: number | null;
  };
};

export const failures = {
  // What the stage was to start from
  'round-gone': ['not_found', ({ jobId }: { jobId: string }) => `The round of job ${jobId} is gone.`],
  'no-base-model': ['not_found', 'The project has no base model.'],
  'previous-policy-gone': ['not_found', 'The policy of the round before is no longer on disk. Start a new round with ppo.startFrom=sft.'],
  'stage-checkpoint-gone': [
    'not_found',
    ({ round, kind }: { round: number; kind: string }) => `Round ${round} has no ${kind} checkpoint any more; start a new round.`,
  ],
  'folder-gone': [
    'not_found',
    ({ folder }: { folder: string }) => `The checkpoint ${folder} is gone from the disk. Put it back from a backup, or start a new round.`,
  ],
  'folder-changed': [
    'invalid',
    ({ folder, changed }: { folder: string; changed: string[] }) => {
      const are = changed.length === 1 ? 'is' : 'are';
      const what = changed.length > 0 ? `${changed.join(', ')} ${are} not as written` : 'its files are not those that were written';
      return `The checkpoint ${folder} was changed or damaged: ${what}. Put it back from a backup, or start a new round.`;
    },
  ],
  'other-shape': [
    'invalid',
    ({ policyFolder, referenceFolder }: { policyFolder: string; referenceFolder: string }) =>
      `The policy to go on from (${policyFolder}) is of another shape than the SFT model (${referenceFolder}). Start the round with ppo.startFrom=sft.`,
  ],

  // Labels and prompts that teach nothing
  'no-demonstrations': [
    'invalid',
    ({ of, maxLength }: { of: number; maxLength: number }) =>
      `None of the ${of} demonstrations can be trained on: they are empty, held out or longer than ${maxLength} tokens with their prompts. Write or import more, or raise sft.maxLength.`,
  ],
  'no-comparisons': [
    'invalid',
    ({ of, maxLength, stage }: { of: number; maxLength: number; stage: 'reward' | 'dpo' }) =>
      `None of the ${of} comparisons can be trained on: they are ties, pairs of equal texts, held out, or longer than ${maxLength} tokens. Compare more pairs, or raise ${stage}.maxLength.`,
  ],
  'no-mixed-demonstrations': [
    'invalid',
    ({ of, contextLength }: { of: number; contextLength: number }) =>
      `ppo.ptxCoef mixes demonstrations into every step, but none of ${of} fits into a context of ${contextLength} tokens. Write some, or set ppo.ptxCoef to 0.`,
  ],
  'no-rollout-prompts': [
    'invalid',
    ({ of, newTokens, contextLength }: Room) =>
      `PPO has no prompts: none of ${of} leaves room for a response of ${newTokens} tokens in a context of ${contextLength}. Add prompts, or lower ppo.responseLength.`,
  ],
  'no-sample-prompts': [
    'invalid',
    ({ of, newTokens, contextLength }: Room) =>
      `None of the ${of} prompts leaves room for a response of ${newTokens} tokens in a context of ${contextLength}. Lower sample.maxNewTokens, or add shorter prompts.`,
  ],
  'closed-prompts': [
    'invalid',
    ({ closed, of, first }: { closed: number; of: number; first: string }) =>
      `${closed} of ${of} prompts end with the model’s end token, so that there is nothing left to answer; the first is “${first}”. Remove the end token from the prompts, or from the end of the tokenizer’s chat template.`,
  ],

  // What happened on the way
  halted: [
    'invalid',
    ({ step, seen, advice }: Pick<Alert, 'step' | 'monitor' | 'seen' | 'advice' | 'evidence'>) =>
      `The watch ended this stage at step ${step}. ${seen} ${advice}`,
  ],
  'not-finite': [
    'invalid',
    ({ step, totalSteps, what, batch }: NotFinite) => {
      const kept = batch && (batch.trouble ? `Its batch could not be written to ${batch.file}: ${batch.trouble}. ` : `Its batch is kept in ${batch.file}. `); // prettier-ignore
      return `Step ${step} of ${totalSteps} did not end in numbers: ${what.reason}. Nothing broken was saved. ${kept ?? ''}Lower the learning rate, or look for what is odd in that batch, and start again.`;
    },
  ],
  'out-of-memory': [
    'unavailable',
    ({ stage, program, inputs, now }: Memory) =>
      `${stageNames[stage]} ran out of memory (program ${program}, ${inputs}). ${memoryAdvice(stage, now)} Then start again; nothing that was saved is lost.`,
  ],
  disk: [
    'unavailable',
    ({ path, trouble }: { path: string; trouble: Reason<keyof typeof diskTroubles> }) => `Could not write ${path}: ${trouble.reason}.`,
  ],
  'no-checkpoint-left': ['invalid', ({ stage }: { stage: Stage }) => `The stage ${stage} ended without its checkpoint.`],
  broken: [
    'unavailable',
    ({ times, last }: { times: number; last: Crash }) => `The stage broke ${times} times in a row. The last time: ${last.reason}.`,
  ],
  silent: [
    'unavailable',
    ({ times }: { times: number }) =>
      `The trainer ended ${times} times while it ran this stage, each time before it had saved anything new to go on from. It may need more memory than there is: see the trainer's log.`,
  ],
} as const satisfies Record<string, readonly [ErrorCode, Sentence]>;

type Room = { of: number; newTokens: number; contextLength: number };
type NotFinite = {
  step: number;
  totalSteps: number;
  what: Reason<keyof typeof brokenSteps>;
  /** Of the batch, where it was to be kept. */
  batch: { file: string; trouble: string | null } | null;
};

export const failure = errorsOf(failures);
export type FailureReason = keyof typeof failures;
export type DetailsOfFailure<R extends FailureReason> = DetailsOf<(typeof failures)[R][1]>;
/** As it is stored: `reason` is the failure's name. */
export type FailureDetails = ErrorDetails;

/** Of an error that ended a stage; null where it has no name. */
export const failureDetails = (details: Record<string, unknown> | undefined): FailureDetails | null =>
  typeof details?.reason === 'string' ? (details as FailureDetails) : null;

function memoryAdvice(stage: Stage, now: Memory['now']): string {
  if (stage === 'sample') return `Lower sample.maxNewTokens (now ${now.maxNewTokens}), use a smaller model, or give Heed more memory.`;
  const split = `raise ${stage}.gradientAccumulationSteps (now ${now.gradientAccumulationSteps}; the same steps in less memory)`;
  const batch = `lower ${stage}.batchSize (now ${now.batchSize})`;
  const length =
    stage === 'ppo'
      ? `lower ppo.responseLength (now ${now.responseLength})`
      : `lower ${stage}.maxLength (now ${now.maxLength ?? 'the model’s context'})`;
  return `In this order: ${split}, ${batch}, ${length}, or use a smaller model or a machine with more memory.`;
}
