/**
 * Optimizer steps, many in one compiled call: parameters and moments are carried inside the call and leave it only at its
 * end. What a step computes does not depend on how steps are grouped, so a run that is stopped anywhere and taken up
 * again follows the same trajectory.
 */
import * as tf from '@tensorflow/tfjs';
import { HeedError } from '@/lib/errors';
import { stackBatches } from '../data/collate';
import { adamwStep, stepScalars, type AdamConfig, type OptimizerState, type StepScalars } from '../optimizer/adamw';
import { scan } from '../runtime/control';
import { jit, type Compiled } from '../runtime/jit';
import type { FloatArray, NdArray } from '../runtime/nd-array';

type Batch<T> = Record<string, T>;
type Metrics = Record<string, tf.Tensor>;
export type LossFunction = (params: tf.Tensor, batch: Batch<tf.Tensor>) => { loss: tf.Tensor; metrics: Metrics };
type StepInputs = { state: OptimizerState<tf.Tensor>; batches: Batch<tf.Tensor>; scalars: StepScalars<tf.Tensor> };
export type TrainProgram = Compiled<StepInputs, { state: OptimizerState<tf.Tensor>; metrics: Metrics }>;
export type TrainState = OptimizerState<FloatArray>;

/** Compiles `steps` optimizer steps on `loss`, where steps is the leading axis of the batches. Metrics come out as (steps). */
export function compileTraining(name: string, loss: LossFunction, adam: AdamConfig, matrixTotal: number): TrainProgram {
  return jit(name, ({ state, batches, scalars }: StepInputs) => {
    const steps = scalars.learningRate.shape[0]!;
    const { carry, outs } = scan(steps, state, { batches, scalars }, (before, x) => {
      let metrics: Metrics = {};
      const { value, grad } = tf.valueAndGrad((params) => {
        const result = loss(params, x.batches);
        metrics = Object.fromEntries(Object.entries(result.metrics).map(([key, t]) => [key, tf.keep(t)]));
        return result.loss as tf.Scalar;
      })(before.params);
      const { state: after, gradNorm } = adamwStep(before, grad, x.scalars, adam, matrixTotal);
      return { carry: after, out: { ...metrics, loss: value, grad_norm: gradNorm } as Metrics };
    });
    return { state: carry, metrics: outs };
  });
}

/** How many steps one call takes: about a second's work, so that a stop is never waited for long. */
export function stepsPerCall(parameters: number, tokensPerStep: number): number {
  const seconds = (6 * parameters * tokensPerStep) / 60e9;
  return Math.max(1, Math.min(8, Math.floor(1 / seconds)));
}

export type TrainPlan = {
  firstStep: number;
  totalSteps: number;
  /** Most steps in one call; consecutive steps whose batches have one shape go together. */
  stepsPerCall: number;
  batchAt(step: number): Record<string, NdArray>;
  learningRateAt(step: number): number;
  adam: AdamConfig;
};

/** Yields after every call: the state then, the steps done, and each step's metrics. */
export async function* trainSteps(
  program: TrainProgram,
  start: TrainState,
  plan: TrainPlan,
): AsyncGenerator<{ state: TrainState; stepsDone: number; metrics: Record<string, number>[] }> {
  let state = start;
  let step = plan.firstStep;
  let pending = step < plan.totalSteps ? plan.batchAt(step) : null;
  while (pending) {
    const group = [pending];
    const shape = shapeOf(pending);
    pending = null;
    while (step + group.length < plan.totalSteps) {
      const next = plan.batchAt(step + group.length);
      if (group.length < plan.stepsPerCall && shapeOf(next) === shape) group.push(next);
      else {
        pending = next;
        break;
      }
    }
    // Full groups and single steps are the only two sizes, so that only two programs a shape are compiled.
    const sizes = group.length === plan.stepsPerCall ? [group.length] : group.map(() => 1);
    for (const size of sizes) {
      const { state: after, metrics } = await program({
        state,
        batches: stackBatches(group.splice(0, size)),
        scalars: stepScalars(plan.adam, plan.learningRateAt, step, size),
      });
      const rows = perStep(metrics, size);
      const broken = rows.findIndex((row) => !Number.isFinite(row.loss) || !Number.isFinite(row.grad_norm));
      if (broken >= 0) {
        throw new HeedError(
          'invalid',
          `The loss is no longer a number after step ${step + broken + 1} of ${plan.totalSteps}. Lower the learning rate and start again; nothing broken was saved.`,
        );
      }
      state = after as TrainState;
      step += size;
      yield { state, stepsDone: step, metrics: rows };
    }
  }
}

const shapeOf = (batch: Record<string, NdArray>) =>
  Object.values(batch)
    .map((a) => a.shape.join())
    .join('|');

function perStep(stacked: Record<string, NdArray>, steps: number): Record<string, number>[] {
  return Array.from({ length: steps }, (_, i) => Object.fromEntries(Object.entries(stacked).map(([key, a]) => [key, a.data[i] as number])));
}
