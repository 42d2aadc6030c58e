/**
 * Optimizer steps, many in one compiled call: parameters and moments are carried inside the call and leave it only at its
 * end. What a step computes does not depend on how steps are grouped, so a run that is stopped anywhere and taken up
 * again follows the same trajectory. Invariant: a state that holds NaN or infinity is never handed on.
 */
import * as tf from '@tensorflow/tfjs';
import { stackBatches } from '../data/collate';
import type { Params } from '../model/layers';
import { packTensors, unpackTensors, vectorsApart, withVectorsJoined, type Layout, type ParameterArrays } from '../model/parameters';
import { adamwStep, stepScalars, type AdamConfig, type OptimizerState, type StepScalars } from '../optimizer/adamw';
import { scan } from '../runtime/control';
import { jit, type Arrays, type Compiled } from '../runtime/jit';
import type { NdArray } from '../runtime/nd-array';
import { lossAndGradients, type Batch, type LossFunction, type Metrics } from './accumulate';
import { notFiniteError, type Evidence } from './not-finite';
import { stateOf, tensorsOf, type TrainState } from './train-state';

/** Leaves of `batches`: (steps, micro-batches, …). */
type StepInputs<T> = { batches: Batch<T>; scalars: StepScalars<T> };
type Frozen = { frozen: Params };
type Traced = { state: OptimizerState<Params> };
/** `checksum`: the sum of all parameters after each step, which is finite where they are. */
type StepOutputs<T> = { metrics: Record<string, T>; checksum: T };
type GradientInputs = { params: tf.Tensor; batch: Batch<tf.Tensor> };
export type TrainProgram = {
  (inputs: { state: TrainState } & StepInputs<NdArray>): Promise<{ state: TrainState } & StepOutputs<NdArray>>;
  dispose(): Promise<void>;
  layout: Layout;
  /** Of one step's micro-batches, leaves (micro-batches, …). */
  gradients: Compiled<GradientInputs, { loss: tf.Tensor; grad: tf.Tensor }>;
};

/**
 * Compiles `steps` optimizer steps on `loss`, where steps is the leading axis of the batches. Metrics come out as (steps). `frozen` are inputs
 * of every call, never copied; the loss sees them beside what is trained.
 */
export function compileTraining(
  name: string,
  loss: LossFunction,
  adam: AdamConfig,
  layout: Layout,
  frozen: ParameterArrays = {},
): TrainProgram {
  const carried = withVectorsJoined(layout);
  const lossOf =
    (frozen: Params): LossFunction =>
    (params, batch) =>
      loss({ ...frozen, ...vectorsApart(layout, params) }, batch);
  const run = jit(
    name,
    ({ state, batches, scalars, ...rest }: Traced & StepInputs<tf.Tensor> & Frozen): Traced & StepOutputs<tf.Tensor> => {
      const steps = scalars.learningRate.shape[0]!;
      const { carry, outs } = scan(steps, state, { batches, scalars }, (before, x) => {
        const { loss: value, grads, metrics } = lossAndGradients(lossOf(rest.frozen), before.params, x.batches);
        const { state: after, gradNorm } = adamwStep(before, grads, x.scalars, adam);
        const checksum = tf.addN(Object.values(after.params).map((p) => tf.sum(p)));
        return { carry: after, out: { metrics: { ...metrics, loss: value, grad_norm: gradNorm } as Metrics, checksum } };
      });
      return { state: carry, metrics: outs.metrics, checksum: outs.checksum as tf.Tensor };
    },
  );
  const gradients = jit(`${name}-gradients`, ({ params, batch, ...rest }: GradientInputs & Frozen) => {
    const { loss: value, grads } = lossAndGradients(lossOf(rest.frozen), unpackTensors(layout, params), batch);
    return { loss: value, grad: packTensors(layout, grads) };
  });
  const dispose = async () => {
    await run.dispose();
    await gradients.dispose();
  };
  const train: (...args: Parameters<TrainProgram>) => ReturnType<TrainProgram> = async ({ state, ...inputs }) => {
    const { state: after, ...outputs } = await run({ ...inputs, state: tensorsOf(carried, state), frozen });
    return { ...outputs, state: stateOf(carried, after as OptimizerState<ParameterArrays>) };
  };
  return Object.assign(train, {
    dispose,
    layout,
    gradients: Object.assign((inputs: Arrays<GradientInputs>) => gradients({ ...inputs, frozen }), { dispose: gradients.dispose }),
  });
}

/** What two cores do, in floating-point operations a second, measured at 14 million parameters. */
const USUAL_SPEED = 120e9;

/** How many steps one call takes: at most two seconds' work at the usual speed, so that a stop is never waited for long. */
export function stepsPerCall(parameters: number, tokensPerStep: number, most = 8): number {
  const seconds = (6 * parameters * tokensPerStep) / USUAL_SPEED;
  return Math.max(1, Math.min(most, Math.floor(2 / seconds)));
}

/** At most `most` steps a call so that `steps` take the fewest calls, where calls are full or of a single step. */
export function stepsPerCallWithin(steps: number, most: number): number {
  const callsAt = (size: number) => Math.floor(steps / size) + (steps % size);
  return Array.from({ length: Math.min(most, steps) }, (_, i) => i + 1).reduce(
    (best, size) => (callsAt(size) <= callsAt(best) ? size : best),
    1,
  );
}

export type TrainPlan = {
  firstStep: number;
  totalSteps: number;
  /** Most steps in one call; consecutive steps whose batches have one shape go together. */
  stepsPerCall: number;
  /** No call goes beyond a multiple of it: there the caller looks at the state. */
  pauseEvery?: number;
  /** The micro-batches of an optimizer step, all of one shape; most often a single one. */
  batchAt(step: number): Batch<NdArray>[];
  learningRateAt(step: number): number;
  adam: AdamConfig;
  /** What is kept for a person to look at when a step does not end in numbers. */
  evidence?: Evidence;
};

/** Yields after every call: the state then, the steps done, and each step's metrics. @throws HeedError invalid at NaN or infinity */
export async function* trainSteps(
  program: TrainProgram,
  start: TrainState,
  plan: TrainPlan,
): AsyncGenerator<{ state: TrainState; stepsDone: number; metrics: Record<string, number>[] }> {
  let state = start;
  let step = plan.firstStep;
  const batchAt = (at: number) => stackBatches(plan.batchAt(at));
  let pending = step < plan.totalSteps ? batchAt(step) : null;
  while (pending) {
    const group = [pending];
    const shape = shapeOf(pending);
    pending = null;
    while (step + group.length < plan.totalSteps) {
      const next = batchAt(step + group.length);
      const isPause = plan.pauseEvery !== undefined && (step + group.length) % plan.pauseEvery === 0;
      if (group.length < plan.stepsPerCall && shapeOf(next) === shape && !isPause) group.push(next);
      else {
        pending = next;
        break;
      }
    }
    // Full groups and single steps are the only two sizes, so that only two programs a shape are compiled.
    const sizes = group.length === plan.stepsPerCall ? [group.length] : group.map(() => 1);
    for (const size of sizes) {
      const batches = group.splice(0, size);
      const scalars = (first: number, count: number) => stepScalars(plan.adam, plan.learningRateAt, first, count);
      const called = await program({ state, batches: stackBatches(batches), scalars: scalars(step, size) });
      const rows = perStep(called.metrics, size);
      const broken = rows.findIndex((row, i) => ![row.loss, row.grad_norm, called.checksum.data[i]].every(Number.isFinite));
      if (broken >= 0) {
        // Nothing after the step before the broken one is trusted: it is computed anew, step by step, from what came in.
        for (let i = 0; i < broken; i++) {
          const one = { state, batches: stackBatches([batches[i]!]), scalars: scalars(step + i, 1) };
          state = (await program(one)).state;
        }
        const at = step + broken;
        throw await notFiniteError(program, { state, batch: batches[broken]!, scalars: scalars(at, 1), step: at }, plan);
      }
      state = called.state;
      step += size;
      yield { state, stepsDone: step, metrics: rows };
    }
  }
}

const shapeOf = (batch: Batch<NdArray>) =>
  Object.values(batch)
    .map((a) => a.shape.join())
    .join('|');

function perStep(stacked: Record<string, NdArray>, steps: number): Record<string, number>[] {
  return Array.from({ length: steps }, (_, i) => Object.fromEntries(Object.entries(stacked).map(([key, a]) => [key, a.data[i] as number])));
}
