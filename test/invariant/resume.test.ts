/**
 * A stage that is killed, and one that is drained, end up with the very files that an undisturbed run writes: same weights,
 * same calibration, bit for bit. The undisturbed run takes STEPS optimizer steps a call; the disturbed one takes others, so that it ends in the
 * middle of a call that the undisturbed one made, and the run that goes on groups the rest anew.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StageInput, StageReport } from '@/lib/training/contract';
import type { LoraSettings } from '@/lib/training/hyperparameters';
import { readAdapterFolder } from '@/trainer/checkpoint/peft';
import { loadModel } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { alertsIn, checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { dpoInput, ppoInput, rewardInput, sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

type Stage = 'sft' | 'reward' | 'ppo' | 'dpo';
const stages: Stage[] = ['sft', 'reward', 'ppo', 'dpo'];

/** Optimizer steps a call, undisturbed and until it is disturbed. */
const STEPS = 4;
const OTHER_STEPS = 3;

/** Steps that no calls of four make up. */
const oddPasses = { numMiniBatches: 5, earlyStopKl: 5e-4 };

type TrainInput = Extract<StageInput, { stage: Stage }>;
const adapters: LoraSettings = { r: 4, alpha: 8, targetModules: ['q_proj', 'v_proj', 'down_proj'] };
/** What is trained before PPO and in it, and which stages are disturbed. */
const variants: [string, before: LoraSettings | null, inPpo: LoraSettings | null, disturbed: Stage[]][] = [
  ['all weights', null, null, stages],
  ['adapters', adapters, adapters, stages],
  ['adapters in PPO alone', null, adapters, ['ppo']],
];

describe.each(variants)('%s', (_, before, inPpo, disturbed) => {
  let root: string;
  /** What each stage is given, and what it reports when nobody disturbs it. */
  const inputs = {} as Record<Stage, StageInput>;
  const undisturbed = {} as Record<Stage, StageReport[]>;

  const withLora = (input: TrainInput): TrainInput => {
    const own = { sft: {}, dpo: {}, reward: {}, ppo: oddPasses }[input.stage];
    return { ...input, config: { ...input.config, lora: input.stage === 'ppo' ? inPpo : before, ...own } } as TrainInput;
  };
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'heed-resume-'));
    const model = join(root, 'model');
    await writeTinyModel(model);
    const run = async (stage: Stage, input: StageInput) => {
      await mkdir(input.outputFolder);
      inputs[stage] = input;
      undisturbed[stage] = (await recordStage(input, { mostStepsPerCall: STEPS })).reports;
      return finalOf(undisturbed[stage]).folder;
    };
    const policy = await run('sft', withLora(sftInput(model, join(root, 'sft'))));
    const reward = await run('reward', withLora(rewardInput(policy, join(root, 'reward'))));
    await run('ppo', withLora(ppoInput(policy, reward, join(root, 'ppo'))));
    await run('dpo', withLora(dpoInput(policy, join(root, 'dpo'))));
  }, 120_000);
  afterAll(() => rm(root, { recursive: true, force: true }));

  const finalOf = (reports: StageReport[]) => checkpointsIn(reports).find((c) => c.kind !== 'resume')!;

  test.skipIf(!before)('every stage saves an adapter on the one base', async () => {
    for (const stage of stages) {
      const { folder } = finalOf(undisturbed[stage]);
      expect(await readdir(folder)).not.toContain('model.safetensors');
      const { baseFolder, head } = await readAdapterFolder(folder);
      expect({ baseFolder, head }).toEqual({ baseFolder: join(root, 'model'), head: stage === 'reward' ? 'scalar' : 'language' });
    }
  });

  test.skipIf(before || !inPpo)(
    'adapters on a checkpoint that may be deleted come out merged, and moved nothing but their layers',
    async () => {
      const [reference, policy] = [await loadModel(finalOf(undisturbed.sft).folder, 'language'), await loadModel(finalOf(undisturbed.ppo).folder, 'language')]; // prettier-ignore
      expect(await readdir(policy.folder)).not.toContain('adapter_config.json');
      const [was, is] = [reference, policy].map((model) => unpack(model.layout, model.params));
      const moved = Object.keys(was!).filter((name) => !is![name]!.data.every((x, i) => x === was![name]!.data[i]));
      expect(moved.length).toBe(3 * reference.config.numLayers);
      expect(moved.every((name) => /(q_proj|v_proj|down_proj)\.weight$/.test(name))).toBe(true);
    },
  );

  test('training learns, and PPO starts from its reference', () => {
    const losses = metricsIn(undisturbed.sft).flatMap(({ values }) => values.loss ?? []);
    // Adapters move random embeddings, which are frozen and tied to the head, less far than training all weights does.
    expect(losses.at(-1)!).toBeLessThan((before ? 0.8 : 0.7) * losses[0]!);
    const first = metricsIn(undisturbed.ppo).find(({ step }) => step === 1)!.values;
    expect(Math.abs(first['objective/kl']!)).toBeLessThan(1e-3);
    // Some iterations end after a pass, others do not: how many steps were made is not a matter of counting iterations.
    const passes = metricsIn(undisturbed.ppo).flatMap(({ values }) => values['policy/epochs'] ?? []);
    if (!inPpo) expect(new Set(passes).size).toBe(2);
    if (!inPpo) expect(alertsIn(undisturbed.ppo)).not.toEqual([]);
  });

  describe.each(disturbed)('%s', (stage) => {
    let input: StageInput;
    beforeAll(async () => {
      const outputFolder = join(root, `${stage}-disturbed`);
      await mkdir(outputFolder);
      input = { ...inputs[stage], outputFolder };
    });

    /** Takes the stage up from a folder and compares its end, and what it told on the way, with the undisturbed run. */
    async function expectSameEnd(resumeFolder: string, step: number): Promise<void> {
      const rest = metricsIn(undisturbed[stage]).filter((m) => m.step > step);
      expect(rest).not.toHaveLength(0);
      const { reports } = await recordStage({ ...input, resumeFolder }, { mostStepsPerCall: STEPS });
      expect(finalOf(reports)).toMatchObject({ sha256: finalOf(undisturbed[stage]).sha256, step: finalOf(undisturbed[stage]).step });
      expect(withoutClocks(metricsIn(reports))).toEqual(withoutClocks(rest));
      expect(alertsIn(reports)).toEqual(alertsIn(undisturbed[stage]).filter((a) => a.step > step));
    }

    test('killed, and taken up from a resume checkpoint that lies within a call', async () => {
      await writeFile(join(root, `${stage}.json`), JSON.stringify(input));
      // Where the undisturbed run was in the middle of a call; PPO, whose calls end with its iterations, where full ones would not.
      const ends = callEnds(undisturbed[stage]);
      const isWithinCall = ({ stepsDone }: ResumeState) => (stage === 'ppo' ? stepsDone % STEPS !== 0 : !ends.includes(stepsDone));
      if (stage !== 'ppo') expect(Math.max(...ends.map((end, i) => end - (ends[i - 1] ?? 0)))).toBe(STEPS);
      const { signal, reports } = await runAndKill(join(root, `${stage}.json`), async () =>
        (await resumeStates(input.outputFolder)).some((state) => isWithinCall(state) && state.step >= 2),
      );
      expect(signal).toBe('SIGKILL');
      expect(finalOf(reports)).toBeUndefined();
      const state = (await resumeStates(input.outputFolder)).findLast(isWithinCall)!;
      await expectSameEnd(state.folder, state.step);
    });

    test('drained: writes a resume checkpoint, stops, and can be taken up', async () => {
      const { reports, isStopped } = await recordStage(input, {
        command: (n) => (n < 12 ? null : 'drain'),
        mostStepsPerCall: OTHER_STEPS,
      });
      expect(isStopped).toBe(true);
      const [resume, ...others] = checkpointsIn(reports);
      expect(others).toEqual([]);
      expect(resume).toMatchObject({ kind: 'resume' });
      await expectSameEnd(resume!.folder, resume!.step);
    });

    test('stopped: writes nothing', async () => {
      const before = await readdir(input.outputFolder);
      const { reports, isStopped } = await recordStage(input, {
        command: (n) => (n < 12 ? null : 'stop'),
        mostStepsPerCall: OTHER_STEPS,
      });
      expect(isStopped).toBe(true);
      expect(checkpointsIn(reports)).toEqual([]);
      expect(await readdir(input.outputFolder)).toEqual(before);
    });
  });
});

/** Runs the stage in a process of its own, which is killed as soon as what it has kept is enough. */
async function runAndKill(
  inputFile: string,
  isEnough: () => Promise<boolean>,
): Promise<{ signal: NodeJS.Signals | null; reports: StageReport[] }> {
  const program = join(import.meta.dirname, '../support/stage-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, inputFile, String(OTHER_STEPS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)));
  const reports: StageReport[] = [];
  for await (const line of createInterface(child.stdout)) {
    reports.push(JSON.parse(line) as StageReport);
    if (reports.at(-1)!.type === 'checkpoint' && (await isEnough())) child.kill('SIGKILL');
  }
  return { signal: await ended, reports };
}

/** `stepsDone` counts optimizer steps, `step` what the stage counts. */
type ResumeState = { folder: string; step: number; stepsDone: number };

/** Oldest first. */
async function resumeStates(folder: string): Promise<ResumeState[]> {
  const names = (await readdir(folder)).filter((name) => /^resume-\d+-/.test(name));
  const states = names.map(async (name) => {
    const state = await readFile(join(folder, name, 'state.json'), 'utf8');
    const { step, numbers } = JSON.parse(state) as { step: number; numbers: Record<string, number> };
    return { folder: join(folder, name), step, stepsDone: numbers.stepsDone ?? step };
  });
  return (await Promise.all(states)).sort((a, b) => a.step - b.step);
}

/** Optimizer steps done after each call: every call reports its steps, then how far the stage is. */
function callEnds(reports: StageReport[]): number[] {
  const ends: number[] = [];
  let step = 0;
  for (const report of reports) {
    if (report.type === 'metrics' && 'loss' in report.values) step = report.step;
    if (report.type === 'progress') ends.push(step);
  }
  return ends;
}

function withoutClocks(metrics: ReturnType<typeof metricsIn>) {
  return metrics.map(({ values: { eps: _, ...values }, ...rest }) => ({ ...rest, values }));
}
