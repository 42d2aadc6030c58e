/**
 * A step that did not end in numbers: which tensor was the first that held NaN or infinity, and the batch on disk. Searched in
 * the order in which a step computes: parameters before it, gradients, parameters after it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeedError } from '@/lib/errors';
import { brokenStep, failure } from '@/lib/training/failures';
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
  let batch: { file: string; trouble: string | null } | null = null;
  if (evidence) {
    const folder = join(evidence.folder, evidenceFolderName(step));
    const file = join(folder, 'batch.json');
    const facts = { step, totalSteps, what: what.reason, ...place, loss: String(loss), learningRate: learningRateAt(broken.step) };
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(file, batchFile({ ...facts, examples: evidence.examplesAt(broken.step) }, broken.batch));
      batch = { file, trouble: null };
    } catch (error) {
      batch = { file, trouble: (error as Error).message };
    }
  }
  return failure('not-finite', { step, totalSteps, what, batch, ...place });
}

type Located = { what: ReturnType<typeof brokenStep>; found: NotFinite | null; loss: number };

const said = ({ name, value }: NotFinite) => ({ name, value: String(value) });

async function locate(program: TrainProgram, { state, batch, scalars }: BrokenStep): Promise<Located> {
  const { layout } = program;
  const inside = (flat: NdArray) => firstNotFinite(unpack(layout, flat as FloatArray));
  const { loss: lossArray, grad } = await program.gradients({ params: state.params, batch });
  const loss = lossArray.data[0] as number;
  const before = inside(state.params);
  if (before) return { what: brokenStep('parameter', said(before)), found: before, loss };
  const gradient = inside(grad);
  if (gradient) return { what: brokenStep('gradient', { ...said(gradient), loss: String(loss) }), found: gradient, loss };
  if (!Number.isFinite(loss)) return { what: brokenStep('loss', { loss: String(loss) }), found: null, loss };
  const { state: next, metrics } = await program({ state, batches: stackBatches([batch]), scalars });
  const after = inside(next.params);
  if (after) return { what: brokenStep('update', said(after)), found: after, loss };
  const norm = metrics.grad_norm?.data[0] as number | undefined;
  return { what: brokenStep('norm', { norm: String(norm) }), found: null, loss };
}

/** JSON in which arrays take a line each. */
function batchFile(facts: Record<string, unknown>, batch: Record<string, NdArray>): string {
  const arrays = Object.entries(batch).map(
    ([name, { dtype, shape, data }]) => `    ${JSON.stringify(name)}: ${JSON.stringify({ dtype, shape, data: Array.from(data) })}`,
  );
  return `${JSON.stringify(facts, null, 2).slice(0, -2)},\n  "arrays": {\n${arrays.join(',\n')}\n  }\n}\n`;
}
