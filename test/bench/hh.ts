/**
 * `npm run bench:hh`: a reward model on real human preferences (Anthropic's HH, harmless; Bai et al. 2022), by the product's own import and
 * reward stage. Prompts are dealt into `--folds` parts by `--seed`; each part is held out once, or only part `--fold`. Prints held-out accuracy
 * with a 95 % interval beside what anything has to beat on the very same pairs. Asserts nothing.
 */
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { itemsOf } from '@/lib/dataset/items';
import { readRow } from '@/lib/dataset/row';
import { sha256 } from '@/lib/prompts/text';
import { winRate } from '@/lib/ranking/win-rate';
import type { Comparison } from '@/lib/training/contract';
import { decodingSchema, rewardSchema } from '@/lib/training/hyperparameters';
import { loadTrainable } from '@/trainer/model/load';
import { createRng } from '@/lib/rng';
import { configureRuntime } from '@/trainer/runtime/jit';
import { encodePair, isSame } from '@/trainer/stages/reward-pairs';
import { runStage } from '@/trainer/stages/run-stage';
import { sharedData } from '../support/shared-data';
import { ngramBradleyTerry, preferTheShorter } from './hh-floors';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    data: { type: 'string' },
    pairs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    folds: { type: 'string', default: '5' },
    fold: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    /** Of the reward stage, as `heed round start --set` takes them, without the stage: learningRate=1e-3, 'lora={"r":8}'. */
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const data = flags.data ?? sharedData;
if (!data) {
  console.log('skipped: no shared data');
  process.exit(0);
}

const say = (text: string) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);
const modelFolder = resolve(flags.model ?? join(data, 'models/stories260K-hf'));
if (!existsSync(join(modelFolder, 'config.json'))) throw new Error(`--model ${modelFolder}: no config.json there.`);
const [seed, folds] = [Number(flags.seed), Number(flags.folds)];
if (!(folds >= 2)) throw new Error('--folds: at least 2.');
const config = rewardSchema.parse(
  Object.fromEntries(
    flags.set.map((assignment) => [
      assignment.slice(0, assignment.indexOf('=')),
      parseValue(assignment.slice(assignment.indexOf('=') + 1)),
    ]),
  ),
);
configureRuntime({ threads: Number(flags.threads) });

const { pairs, leftOut } = await readPairs();
const foldOf = dealPrompts();
const heldOutFolds = flags.fold === undefined ? Array.from({ length: folds }, (_, k) => k) : [Number(flags.fold)];
say(
  `${modelFolder}: ${pairs.length} pairs, ${leftOut} left out as too long or equal; seed ${seed}, ${folds} parts by prompt, held out: ${heldOutFolds.join(', ')}`,
);
say(JSON.stringify(config));

const outcomes = { model: [] as number[], shorter: [] as number[], ngrams: [] as number[] };
const startedAt = performance.now();
for (const fold of heldOutFolds) await runFold(fold);
const seconds = (performance.now() - startedAt) / 1000;
const peakGigabytes = (process.resourceUsage().maxRSS * 1024) / 1e9;

say(`reward model            ${describe(outcomes.model)}`);
say(`hashed n-grams          ${describe(outcomes.ngrams)}`);
say(`prefer the shorter      ${describe(outcomes.shorter)}`);
say('known for all 2,312 pairs: prefer the shorter .552, hashed n-grams .609 ± .010, a GPT-2-large reward model .737');
say(`${outcomes.model.length} held-out pairs, ${seconds.toFixed(0)} s, peak memory ${peakGigabytes.toFixed(1)} GB`);
if (flags.json) {
  const [model, ngrams, shorter] = [outcomes.model, outcomes.ngrams, outcomes.shorter].map(winRate);
  console.log(
    JSON.stringify({
      modelFolder,
      seed,
      folds,
      heldOutFolds,
      config,
      pairs: pairs.length,
      leftOut,
      model,
      ngrams,
      shorter,
      seconds,
      peakGigabytes,
    }),
  );
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** As an import reads them and the stage takes them: those that fit into the model, at most `--pairs` of them, drawn by the seed. */
async function readPairs(): Promise<{ pairs: Comparison[]; leftOut: number }> {
  const model = await loadTrainable(modelFolder, 'language', { lora: config.lora, seed, isLasting: true });
  const maxLength = Math.min(config.maxLength ?? Infinity, model.config.contextLength);
  const file = createReadStream(join(data!, 'preferences/hh-rlhf/harmless-base-test.jsonl.gz')).pipe(createGunzip());
  const all: Comparison[] = [];
  for await (const item of itemsOf(file.setEncoding('utf8'))) {
    if ('reason' in item) throw new Error(item.reason);
    const { prompt, chosen, rejected } = readRow('comparisons', item.value);
    all.push({
      id: `line ${item.line}`,
      promptId: sha256(prompt),
      prompt,
      responseA: chosen!,
      responseB: rejected!,
      chosenShare: 1,
      grade: 1,
      isTruncatedA: false,
      isTruncatedB: false,
      isHeldOut: false,
    });
  }
  const fitting = all.filter((c) => {
    const pair = encodePair(model, c);
    return !isSame(pair) && [pair.a, pair.b].every(({ prompt, response }) => prompt.length + response.length <= maxLength);
  });
  const drawn = createRng(seed).fork('pairs').shuffle(fitting);
  return { pairs: drawn.slice(0, flags.pairs === undefined ? undefined : Number(flags.pairs)), leftOut: all.length - fitting.length };
}

/** Every pair of a prompt is in the prompt's part. */
function dealPrompts(): Map<string, number> {
  const prompts = createRng(seed)
    .fork('folds')
    .shuffle([...new Set(pairs.map((p) => p.promptId))]);
  return new Map(prompts.map((id, i) => [id, i % folds]));
}

async function runFold(fold: number): Promise<void> {
  const comparisons = pairs.map((p) => ({ ...p, isHeldOut: foldOf.get(p.promptId) === fold }));
  const [train, heldOut] = [comparisons.filter((c) => !c.isHeldOut), comparisons.filter((c) => c.isHeldOut)];
  const outputFolder = await mkdtemp(join(tmpdir(), 'heed-hh-'));
  const startedAt = performance.now();
  let final: Record<string, number> = {};
  let recent: Record<string, number>[] = [];
  try {
    await runStage(
      {
        stage: 'reward',
        seed,
        config,
        modelFolder,
        comparisons,
        outputFolder,
        resumeFolder: null,
        // The mean and deviation of the policy's own samples are for PPO; accuracy does not depend on them.
        referencePrompts: [],
        referenceDecoding: decodingSchema.parse({}),
      },
      {
        interruption: async () => null,
        resumeIntervalSeconds: Infinity,
        report(report) {
          if (report.type !== 'metrics') return;
          if (report.values.eval_accuracy !== undefined) final = report.values;
          if (report.values.loss === undefined) return;
          recent.push(report.values);
          if (recent.length < 5) return;
          const mean = (key: string) => (recent.reduce((sum, values) => sum + values[key]!, 0) / recent.length).toFixed(3);
          say(
            `  part ${fold}, step ${report.step}, ${secondsSince(startedAt)} s: loss ${mean('loss')}, accuracy ${mean('accuracy')}, grad_norm ${mean('grad_norm')}`,
          );
          recent = [];
        },
      },
    );
  } finally {
    await rm(outputFolder, { recursive: true, force: true });
  }
  if (final.eval_pairs !== heldOut.length)
    throw new Error(`The stage measured ${final.eval_pairs} pairs, not the ${heldOut.length} held out.`);
  const own = {
    model: asOutcomes(final.eval_accuracy!, heldOut.length),
    shorter: preferTheShorter(heldOut),
    ngrams: ngramBradleyTerry(train, heldOut, seed),
  };
  for (const key of ['model', 'shorter', 'ngrams'] as const) outcomes[key].push(...own[key]);
  say(
    `part ${fold}: ${train.length} pairs trained, ${secondsSince(startedAt)} s; held out ${describe(own.model)}, loss ${final.eval_loss!.toFixed(3)}, ece ${final.eval_ece!.toFixed(3)}; n-grams ${describe(own.ngrams)}; shorter ${describe(own.shorter)}`,
  );
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}

/** As many ones as a share says; equal scores count half. */
function asOutcomes(share: number, count: number): number[] {
  const right = share * count;
  return Array.from({ length: count }, (_, i) => Math.min(1, Math.max(0, Math.round(2 * (right - i)) / 2)));
}

function describe(values: number[]): string {
  const { winRate: share, low, high } = winRate(values);
  return `${share.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
