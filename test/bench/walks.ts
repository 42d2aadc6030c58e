/**
 * `npm run bench:walks`: does training on people's comparisons make a policy that is good, and not one that only looks so? Random walks, whose
 * true worth is known (walks-graph.ts), through the stages that users run (walks-arms.ts); where a Python with torch is found, the same runs in
 * PyTorch, in turns. Prints a table; asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configureRuntime } from '@/trainer/runtime/jit';
import { Peer } from './peer';
import {
  arms,
  ITERATIONS,
  mean,
  PAIRS,
  ppoConfig,
  rewardConfig,
  ROUNDS,
  runArm,
  sftConfig,
  trainSft,
  watchConfig,
  WINDOW,
  type Arm,
  type Run,
} from './walks-arms';
import { demonstrations, optimality } from './walks-graph';

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2,3,4' },
    beta: { type: 'string' },
    arms: { type: 'string', default: arms.join() },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
  },
});
const seeds = flags.seeds.split(',').map(Number);
const chosen = arms.filter((arm) => flags.arms.split(',').includes(arm));
const threads = Number(flags.threads);
configureRuntime({ threads });
const say = (text: string) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);

const { batchSize, numMiniBatches, numPpoEpochs, learningRate, vfCoef, clipRange, gaeLambda, startFrom } = ppoConfig;
say(
  [
    `Random walks: a GPT-2 of 2 layers, 64 wide, 4 heads; the ${demonstrations.length} walks themselves score ${mean(demonstrations.map(optimality)).toFixed(3)}.`,
    `SFT ${(sftConfig.numTrainEpochs * demonstrations.length) / sftConfig.batchSize} steps, batch ${sftConfig.batchSize}, lr ${sftConfig.learningRate}.`,
    `Reward model: ${rewardConfig.numTrainEpochs} epochs, batch ${rewardConfig.batchSize}, lr ${rewardConfig.learningRate}, pooling ${rewardConfig.pooling}, ${rewardConfig.ensembleSize} heads; normalised to mean 0, deviation 1 on 400 walks of the SFT model.`,
    `PPO: ${batchSize} episodes an iteration, ${numPpoEpochs} epochs × ${numMiniBatches} minibatches, lr ${learningRate} falling to 0 in every round, each from the ${startFrom === 'sft' ? 'SFT model' : 'policy before'}, vf ${vfCoef}, clip ${clipRange}, λ ${gaeLambda}, advantages whitened, end rule "${ppoConfig.eosRule}", temperature 1.`,
    `Watch: ${JSON.stringify(Object.fromEntries(Object.entries(watchConfig).filter(([, v]) => typeof v === 'number')))}.`,
    `Gold on the way: mean over ${WINDOW} iterations (${WINDOW * batchSize} walks); it falls where that is a tenth below its peak.`,
  ].join('\n'),
);
const peer = flags['no-peer'] ? null : Peer.find(threads, 'walks_peer.py');
say(`${threads} threads; peer: ${peer?.version ?? 'none (no Python with torch; name one with HEED_BENCH_PYTHON)'}\n`);

const betasOf = (arm: Arm) => (flags.beta ? flags.beta.split(',').map(Number) : arm === 'true' ? [0.05] : [0.1, 0.3]);
const runs: (Run & { peerSeconds: number | null })[] = [];
const root = await mkdtemp(join(tmpdir(), 'heed-walks-'));
try {
  for (const seed of seeds) {
    const sft = await trainSft({ root, seed });
    for (const arm of chosen) {
      for (const beta of betasOf(arm)) {
        const { trace, ...run } = await runArm({ root, seed, arm, beta }, sft);
        const theirs = peer ? await beside({ arm, beta, seed }) : null;
        runs.push({ ...run, peerSeconds: theirs?.seconds ?? null });
        say(describe(run, theirs));
        if (flags.trace) say(JSON.stringify({ arm, beta, seed, ...trace }));
      }
    }
  }
} finally {
  peer?.stop();
  await rm(root, { recursive: true, force: true });
}
summarize();
if (flags.json) {
  console.log(
    JSON.stringify(
      runs.map(({ arm, beta, seed, gold, proxy, kl, seconds, alertAt, goldDropAt }) => ({
        arm,
        beta,
        seed,
        gold,
        proxy,
        kl,
        seconds,
        alertAt,
        goldDropAt,
      })),
    ),
  );
}

type Theirs = { seconds: number; gold: number };

async function beside(spec: Pick<Run, 'arm' | 'beta' | 'seed'>): Promise<Theirs> {
  const { numTrainEpochs, batchSize: sftBatch, learningRate: sftRate } = sftConfig;
  const reply = await peer!.ask<Theirs & { error?: string }>({
    ...spec,
    sft: { numTrainEpochs, batchSize: sftBatch, learningRate: sftRate },
    reward: rewardConfig,
    ppo: ppoConfig,
    pairs: PAIRS,
    iterations: ITERATIONS[spec.arm],
    rounds: ROUNDS[spec.arm],
  });
  if (reply.error) throw new Error(`The peer failed: ${reply.error}`);
  return reply;
}

function describe(run: Run, theirs: Theirs | null): string {
  const fallen = run.goldDropAt === null ? '' : `, gold fell at ${run.goldDropAt} (peak ${run.peak.toFixed(3)})`;
  const alert = run.alertAt === null ? ', no alert' : `, first alert at ${run.alertAt} (${run.monitor})`;
  const beside = theirs
    ? `; peer: gold ${theirs.gold.toFixed(3)}, ${theirs.seconds.toFixed(1)} s, ratio ${(run.seconds / theirs.seconds).toFixed(2)}`
    : '';
  return `${run.arm} β ${run.beta} seed ${run.seed}: gold ${run.gold.toFixed(3)}, proxy ${run.proxy.toFixed(2)}, KL ${run.kl.toFixed(2)}, ${run.seconds.toFixed(1)} s${fallen}${alert}${beside}`;
}

function summarize(): void {
  say('');
  const of = (arm: Arm, beta?: number) => runs.filter((r) => r.arm === arm && (beta === undefined || r.beta === beta));
  for (const arm of chosen) {
    for (const beta of betasOf(arm)) {
      const golds = of(arm, beta).map(({ gold }) => gold);
      say(`${arm} β ${beta}: ${golds.map((g) => g.toFixed(3)).join(' ')}, mean ${mean(golds).toFixed(3)}`);
    }
  }
  const pairs = of('rounds').flatMap((r) =>
    of('oneshot')
      .filter((o) => o.beta === r.beta && o.seed === r.seed)
      .map((o) => r.gold > o.gold),
  );
  if (pairs.length > 0) say(`Rounds beat one shot in ${pairs.filter(Boolean).length} of ${pairs.length}.`);
  const falling = runs.filter(({ goldDropAt }) => goldDropAt !== null);
  const flagged = falling.filter(({ alertAt, goldDropAt }) => alertAt !== null && alertAt < goldDropAt!);
  const alarms = runs.filter(({ goldDropAt, alertAt }) => goldDropAt === null && alertAt !== null);
  say(
    `Gold fell in ${falling.length} of ${runs.length} runs, ${flagged.length} of them flagged before; alerts in ${alarms.length} of the others.`,
  );
  const timed = runs.flatMap(({ seconds, peerSeconds }) => (peerSeconds === null ? [] : [seconds / peerSeconds]));
  if (timed.length > 0)
    say(`Seconds to the peer's: ${mean(timed).toFixed(2)} (${Math.min(...timed).toFixed(2)} to ${Math.max(...timed).toFixed(2)}).`);
}
