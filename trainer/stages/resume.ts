/**
 * The full state of an unfinished stage on disk. Everything random is drawn from (seed, step), so that step, optimizer
 * state and the few running numbers of a stage are all it takes to go on bit for bit.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HeedError } from '@/lib/errors';
import { assertFinite } from '../checkpoint/finite';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors';
import { writeFolder } from '../checkpoint/store';
import { Stopped, type StageContext } from './context';
import type { FloatArray } from '../runtime/nd-array';
import type { TrainState } from './train-state';

export type ResumePoint = {
  step: number;
  state: TrainState;
  numbers?: Record<string, number>;
  /** Whatever else a stage has to remember, e.g. the best weights until now. */
  extra?: Record<string, FloatArray>;
  /** The same, as JSON keeps it. */
  notes?: unknown;
};

const DEFAULT_INTERVAL_SECONDS = 20;

export async function resumeOrStart(resumeFolder: string | null, start: () => TrainState): Promise<Required<ResumePoint>> {
  if (!resumeFolder) return { step: 0, state: start(), numbers: {}, extra: {}, notes: undefined };
  const { tensors } = await readSafetensors(join(resumeFolder, 'state.safetensors'));
  const { step, numbers, notes } = JSON.parse(await readFile(join(resumeFolder, 'state.json'), 'utf8')) as {
    step: number;
    numbers: Record<string, number>;
    notes?: unknown;
  };
  const { params, m, v, ...extra } = tensors;
  if (!params || !m || !v) throw new Error(`${resumeFolder} lacks parameters or moments.`);
  assertFinite(tensors, resumeFolder, 'The saved state is damaged: start a new round.');
  return { step, numbers, state: { params, m, v }, extra, notes };
}

export type Resuming = {
  /** Stops when told to, after a resume checkpoint if this process is to end. */
  onInterruption(current: () => ResumePoint): Promise<void>;
  /** The same, and writes a resume checkpoint when one is due. */
  afterCall(current: () => ResumePoint): Promise<void>;
};

/** Asked between compiled calls. */
export function resumePoint(context: StageContext, outputFolder: string): Resuming {
  const interval = (context.resumeIntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000;
  let writtenAt = performance.now();
  const write = async (current: () => ResumePoint) => {
    try {
      context.report(await writeResume(outputFolder, current()));
    } catch (error) {
      // A full disk may be mended before the stage ends; the resume checkpoint before this one stays, and the next is due later.
      if (!(error instanceof HeedError && error.code === 'unavailable')) throw error;
      console.error(`No resume checkpoint could be written: ${error.message}`);
    }
    writtenAt = performance.now();
  };
  const onInterruption = async (current: () => ResumePoint) => {
    const interruption = await context.interruption();
    if (interruption === 'drain') await write(current);
    if (interruption) throw new Stopped();
  };
  return {
    onInterruption,
    async afterCall(current) {
      await onInterruption(current);
      if (performance.now() - writtenAt >= interval) await write(current);
    },
  };
}

async function writeResume(outputFolder: string, { step, state, numbers = {}, extra = {}, notes }: ResumePoint) {
  const name = `resume-${step}-${randomUUID()}`;
  const tensors = { ...state, ...extra };
  assertFinite(tensors, name, 'It is not written.');
  const folder = join(outputFolder, name);
  const published = await writeFolder(folder, async (temporary) => {
    await writeSafetensors(join(temporary, 'state.safetensors'), tensors, { dtype: 'F32', metadata: {} });
    await writeFile(join(temporary, 'state.json'), JSON.stringify({ step, numbers, notes }));
  });
  return { type: 'checkpoint' as const, kind: 'resume' as const, step, folder, ...published };
}
