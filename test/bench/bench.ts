/**
 * `npm run bench`: times the engine beside PyTorch, where a Python with torch is found, on the same weights' shapes, the same
 * batches and the same cores, in turns. Prints ratios; asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configureRuntime } from '@/trainer/runtime/jit';
import { cases, MATMULS, type Case } from './cases';
import { makeModel, type BenchModel, type ModelName } from './models';
import { timePages } from './pages';
import { Peer } from './peer';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    'no-peer': { type: 'boolean', default: false },
    'no-pages': { type: 'boolean', default: false },
  },
});

/** `peer` is the fastest of `peers`, which has every way the peer was run. */
type Result = {
  name: string;
  unit: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  peerName: string | null;
  peers: Record<string, number>;
  shareOfPeak: number | null;
};

const threads = Number(flags.threads);
configureRuntime({ threads });
const say = (text: string) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);
const peer = flags['no-peer'] ? null : Peer.find(threads);
say(`${threads} threads; peer: ${peer?.version ?? 'none (no Python with torch and transformers; name one with HEED_BENCH_PYTHON)'}`);

const folder = await mkdtemp(join(tmpdir(), 'heed-bench-'));
const models = new Map<ModelName, BenchModel>();
let peak: number | null = null;
const results: Result[] = [];
try {
  for (const c of cases) {
    if (flags.only && !c.name.includes(flags.only) && c.unit !== 'GFLOP/s') continue;
    const result = await runCase(c);
    results.push(result);
    say(describe(result));
  }
} finally {
  peer?.stop();
  await rm(folder, { recursive: true, force: true });
}
if (!flags['no-pages'] && (!flags.only || 'pages'.includes(flags.only))) {
  for (const { page, idle, training } of await timePages(threads)) {
    results.push({
      name: `page ${page} while training, p95`,
      unit: 'ms',
      ours: training.p95,
      peer: idle.p95,
      ratio: idle.p95 / training.p95,
      peerName: 'idle',
      peers: { idle: idle.p95 },
      shareOfPeak: null,
    });
    say(`${describe(results.at(-1)!)} (p50 ${training.p50.toFixed(0)}, idle ${idle.p50.toFixed(0)})`);
  }
}
if (flags.json) console.log(JSON.stringify(results));

async function runCase(c: Case): Promise<Result> {
  if (c.model && !models.has(c.model)) models.set(c.model, await makeModel(c.model, folder));
  const model = (c.model ? models.get(c.model) : null) as BenchModel;
  const runner = await c.ours(model);
  const ours: number[] = [];
  const theirs = new Map<string, number[]>();
  await runner.run();
  await runner.run();
  const { modes, ...spec } = c.peer;
  for (const mode of peer ? modes : []) {
    const problem = await peer!.prepare({ ...spec, mode, folder: model?.folder });
    if (problem) {
      say(`  ${c.name}: the peer's ${mode} does not run here: ${problem}`);
      continue;
    }
    theirs.set(mode, []);
    // In turns, so that both meet the same weather.
    for (let i = 0; i < c.repeats; i++) {
      ours.push(await timed(runner.run));
      theirs.get(mode)!.push(await peer!.run());
    }
  }
  while (ours.length < c.repeats) ours.push(await timed(runner.run));
  await runner.dispose();

  const perUnit = median(ours) / c.amount;
  const [peerName, peerSeconds] = [...theirs].map(([mode, times]) => [mode, median(times)] as const).sort((a, b) => a[1] - b[1])[0] ?? [];
  // The peer answers with the seconds of one step, or of one call.
  const perUnitOf = (seconds: number) => (c.unit === 'ms' ? seconds : (seconds * (c.unit === 'GFLOP/s' ? MATMULS : 1)) / c.amount);
  const peerPerUnit = peerSeconds === undefined ? null : perUnitOf(peerSeconds);
  const shown = (seconds: number) => (c.unit === 'ms' ? seconds * 1000 : 1 / seconds);
  if (c.unit === 'GFLOP/s') peak = 1 / perUnit;
  return {
    name: c.name,
    unit: c.unit,
    ours: shown(perUnit),
    peer: peerPerUnit === null ? null : shown(peerPerUnit),
    ratio: peerPerUnit === null ? null : peerPerUnit / perUnit,
    peerName: peerName ?? null,
    peers: Object.fromEntries([...theirs].map(([mode, times]) => [mode, shown(perUnitOf(median(times)))])),
    shareOfPeak: c.flops && peak ? c.flops(model) / median(ours) / 1e9 / peak : null,
  };
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function describe({ name, unit, ours, ratio, peerName, peers, shareOfPeak }: Result): string {
  const number = (x: number) => x.toLocaleString('en', { maximumSignificantDigits: 3 });
  const share = shareOfPeak === null ? '' : `, ${(100 * shareOfPeak).toFixed(0)} % of the matmul peak`;
  const beside = Object.entries(peers).map(([mode, value]) => `${mode} ${number(value)}`);
  return `${name}: ${number(ours)} ${unit}${share}${ratio === null ? '' : `; peer: ${beside.join(', ')}; ratio to ${peerName} ${ratio.toFixed(2)}`}`;
}
