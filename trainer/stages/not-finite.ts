/**
 * A step that did not end in numbers: which tensor was the first that held NaN or infinity, and the batch on disk. Searched in
 * the order in which a step computes: parameters before it, gradients, parameters after it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeedError } from '@/lib/errors';
import { stackBatches } from '../data/collate';
import { firstNotFinite, type NotFinite } from '../math/finite';
import { unpack } from '../model/parameters';
import type { StepScalars } from '../optimizer/adamw';
import type { FloatArray, NdArray } from '../runtime/nd-array';
import { evidenceFolderName } from './evidence';
import type { TrainState } from './train-state';
import type { TrainProgram } from './training';

/** The folder of one job's output, and who the rows of a step's batch are: texts, ids, whatever tells a person. */
export type Evidence = { folder: string; examplesAt(step: number): unknown[] };

type BrokenStep = {
  /** Before the step. */
  state: TrainState;
  /** The step's micro-batches, leaves (micro-batches, …). */
  batch: Record<string, NdArray>;
  scalars: StepScalars<NdArray>;
  /** Counted from 0. */
  step: number;
};

/** The error to throw, after the batch was written to `evidence`. */
export async function notFiniteError(
  program: TrainProgram,
  broken: BrokenStep,
  { totalSteps, evidence, learningRateAt }: { totalSteps: number; evidence?: Evidence; learningRateAt(step: number): number },
): Promise<HeedError> {
  const step = broken.step + 1;
  const { what, found, loss } = await locate(program, broken);
  const place = found && { tensor: found.name, index: found.index, value: String(found.value) };
  let saved = '';
  if (evidence) {
    const folder = join(evidence.folder, evidenceFolderName(step));
    const file = join(folder, 'batch.json');
    const facts = { step, totalSteps, what, ...place, loss: String(loss), learningRate: learningRateAt(broken.step) };
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(file, batchFile({ ...facts, examples: evidence.examplesAt(broken.step) }, broken.batch));
      saved = ` Its batch is kept in ${file}.`;
    } catch (error) {
      saved = ` Its batch could not be written to ${file}: ${(error as Error).message}.`;
    }
  }
  return new HeedError(
    'invalid',
    `Step ${step} of ${totalSteps} did not end in numbers: ${what}. Nothing broken was saved.${saved} Lower the learning rate, or look for what is odd in that batch, and start again.`,
    { details: { step, ...place } },
  );
}

type Located = { what: string; found: NotFinite | null; loss: number };

async function locate(program: TrainProgram, { state, batch, scalars }: BrokenStep): Promise<Located> {
  const { layout } = program;
  const inside = (flat: NdArray) => firstNotFinite(unpack(layout, flat as FloatArray));
  const { loss: lossArray, grad } = await program.gradients({ params: state.params, batch });
  const loss = lossArray.data[0] as number;
  const before = inside(state.params);
  if (before) return { what: `parameter ${before.name} holds ${before.value} before the step`, found: before, loss };
  const gradient = inside(grad);
  if (gradient) {
    return { what: `the gradient of ${gradient.name} holds ${gradient.value} (loss ${loss})`, found: gradient, loss };
  }
  if (!Number.isFinite(loss)) return { what: `the loss is ${loss}`, found: null, loss };
  const { state: next, metrics } = await program({ state, batches: stackBatches([batch]), scalars });
  const after = inside(next.params);
  if (after) return { what: `parameter ${after.name} becomes ${after.value} in the update`, found: after, loss };
  const norm = metrics.grad_norm?.data[0] as number | undefined;
  return { what: `numbers grow beyond what 32 bits hold (gradient norm ${norm})`, found: null, loss };
}

/** JSON in which arrays take a line each. */
function batchFile(facts: Record<string, unknown>, batch: Record<string, NdArray>): string {
  const arrays = Object.entries(batch).map(
    ([name, { dtype, shape, data }]) => `    ${JSON.stringify(name)}: ${JSON.stringify({ dtype, shape, data: Array.from(data) })}`,
  );
  return `${JSON.stringify(facts, null, 2).slice(0, -2)},\n  "arrays": {\n${arrays.join(',\n')}\n  }\n}\n`;
}
