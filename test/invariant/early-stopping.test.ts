/** SFT ends where the held-out loss stops falling, keeps the best epoch's weights, and does so just the same when it is killed on the way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StageInput } from '@/lib/training/contract';
import { sftSchema } from '@/lib/training/hyperparameters';
import { float32 } from '@/trainer/runtime/nd-array';
import { earlyStopping } from '@/trainer/stages/early-stopping';
import { stepsPerCallWithin } from '@/trainer/stages/training';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

const paramsAt = (step: number) => float32([1], [step]);
const fresh = { numbers: {}, extra: {} };

describe('the rule', () => {
  /** As written down in Prechelt's paper: replay all losses, look for the first place where patience runs out. */
  test('stops at the first run of `patience` measurements that are no better, and keeps the lowest before', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), fc.integer({ min: 1, max: 4 }), (losses, patience) => {
        const rule = earlyStopping(patience, fresh);
        let at = 0;
        while (at < losses.length && !rule.isOver()) {
          rule.hear(losses[at]!, at + 1, paramsAt(at + 1));
          at++;
        }
        const heard = losses.slice(0, at);
        const best = heard.indexOf(Math.min(...heard));
        expect(rule.best()).toMatchObject({ step: best + 1, params: paramsAt(best + 1) });
        const lasts = heard.length - 1 - best;
        if (at < losses.length) expect(lasts).toBe(patience);
        else expect(lasts).toBeLessThanOrEqual(patience);
      }),
    ));

  test('goes on from what it remembers', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 12 }), fc.nat(), (losses, cut) => {
        const whole = earlyStopping(3, fresh);
        let parts = earlyStopping(3, fresh);
        losses.forEach((loss, i) => {
          if (i === cut % losses.length) {
            const { numbers = {}, extra = {} } = parts.remembered();
            parts = earlyStopping(3, { numbers: JSON.parse(JSON.stringify(numbers)), extra });
          }
          whole.hear(loss, i, paramsAt(i));
          parts.hear(loss, i, paramsAt(i));
          expect(parts.isOver()).toBe(whole.isOver());
        });
        expect(parts.best()).toEqual(whole.best());
      }),
    ));

  test('without patience it never stops and keeps nothing', () => {
    const rule = earlyStopping(null, fresh);
    for (let i = 0; i < 9; i++) rule.hear(i, i, paramsAt(i));
    expect([rule.isOver(), rule.best(), rule.remembered()]).toEqual([false, null, {}]);
  });

  test('calls are as few as can be within an epoch', () =>
    expect([1, 4, 8, 10, 11, 16].map((steps) => stepsPerCallWithin(steps, 8))).toEqual([1, 4, 8, 5, 5, 8]));
});

describe('in the stage', () => {
  let root: string;
  let input: Extract<StageInput, { stage: 'sft' }>;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'heed-early-'));
    await writeTinyModel(join(root, 'model'));
    const plain = sftInput(join(root, 'model'), root);
    // What is held out is unlike what is trained: soon it becomes less likely.
    const demonstrations = plain.demonstrations.map((d) =>
      d.isHeldOut ? { ...d, response: 'Nobody ordered a zebra, quoth he; begone!' } : d,
    );
    const config = sftSchema.parse({ ...plain.config, lrScheduler: 'constant', numTrainEpochs: 30, earlyStoppingPatience: 2 });
    input = { ...plain, config, demonstrations };
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const stepsPerEpoch = 4;
  const evaluations = (reports: Parameters<typeof metricsIn>[0]) => metricsIn(reports).filter(({ values }) => 'eval_loss' in values);
  const final = (reports: Parameters<typeof metricsIn>[0]) => checkpointsIn(reports).find(({ kind }) => kind === 'sft')!;

  test('training stops after two worse epochs; the result is the best one’s, as a shorter run ends with it', async () => {
    const { reports } = await recordStage(input);
    const losses = evaluations(reports).slice(1);
    const best = losses.findIndex(({ values }) => values.eval_loss === Math.min(...losses.map((one) => one.values.eval_loss!)));
    expect(losses.map(({ step }) => step)).toEqual(losses.map((_, i) => (i + 1) * stepsPerEpoch));
    expect(losses.length).toBe(best + 3);
    expect(losses.length).toBeLessThan(30);
    expect(metricsIn(reports).at(-1)!.values).toEqual({ best_epoch: best + 1 });
    expect(final(reports).step).toBe((best + 1) * stepsPerEpoch);
    expect(losses[0]!.values).toMatchObject({ eval_perplexity: expect.any(Number), eval_mean_token_accuracy: expect.any(Number) });

    // The same learning rates: as many steps of warm-up as the long run had.
    const warmupRatio = Math.ceil(input.config.warmupRatio * 30 * stepsPerEpoch) / ((best + 1) * stepsPerEpoch);
    const shorter = { ...input.config, numTrainEpochs: best + 1, earlyStoppingPatience: null, warmupRatio };
    const { reports: again } = await recordStage({ ...input, config: shorter });
    expect(final(again).sha256).toBe(final(reports).sha256);
  });

  test('drained in the middle and taken up again, it stops at the same place with the same weights', async () => {
    const { reports: whole } = await recordStage(input);
    const total = evaluations(whole).length - 1;
    for (const at of [2, total - 1]) {
      const { reports, isStopped } = await recordStage(input, { command: (n) => (n < at ? null : 'drain') });
      expect(isStopped).toBe(true);
      const [resume] = checkpointsIn(reports);
      const { reports: rest } = await recordStage({ ...input, resumeFolder: resume!.folder });
      expect(final(rest)).toMatchObject({ sha256: final(whole).sha256, step: final(whole).step });
      expect(metricsIn(rest)).toEqual(metricsIn(whole).filter(({ step, values }) => step > resume!.step || 'best_epoch' in values));
    }
  });
});
