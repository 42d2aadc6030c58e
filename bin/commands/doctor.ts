/** `heed doctor`: what this machine has for the numerics, what of it is used and why, and how fast it is. Needs no database. */
import { env } from '@/lib/env';
import { errorCodes } from '@/lib/errors';
import { builtinModel, modelFolder } from '@/lib/projects/model-folder';
import { lookAtMachine, lookAtProviders, lookAtTensorflow, type Machine, type PackageState, type ProviderState } from '@/trainer/machine';
import { configureRuntime } from '@/trainer/runtime/jit';
import { matmulSpeed, trainStepRows, trainStepSpeed, trainStepTokens } from '@/trainer/speed';
import { print } from '../output';

type Use = { value: string | number; why: string };
type Speed = { threads: number; matmulGflops: number; trainStepMilliseconds: number };
type Report = {
  machine: Machine;
  onnxruntime: { version: string; providers: ProviderState[] };
  tensorflow: PackageState[];
  used: { backend: Use; provider: Use; threads: Use };
  /** null where nothing can be measured: see problem. */
  speed: Speed[] | null;
  problem: string | null;
};

export async function doctor({ json }: { json?: boolean }): Promise<void> {
  const { root, backend, provider, threads } = env();
  const machine = lookAtMachine();
  const onnxruntime = await lookAtProviders();
  const tensorflow = lookAtTensorflow(root);
  const why = (name: string, otherwise: string) => (process.env[name] ? `${name} says so` : otherwise);
  const used = {
    backend: { value: backend, why: why('HEED_BACKEND', 'the default: needs nothing but what npm installs') },
    provider: {
      value: backend === 'onnx' ? provider : '–',
      why: backend === 'onnx' ? why('HEED_PROVIDER', 'the default') : 'only onnx has them',
    },
    threads: { value: threads, why: why('HEED_THREADS', 'all cores') },
  };
  const problem = problemOf(backend, provider, onnxruntime.providers, tensorflow);
  const speed = problem ? null : await measure(threads);
  const report: Report = { machine, onnxruntime, tensorflow, used, speed, problem };
  print(json, report, linesOf(report));
  if (problem && backend !== 'cpu') process.exitCode = errorCodes.unavailable.exit;
}

function problemOf(backend: string, provider: string, states: ProviderState[], packages: PackageState[]): string | null {
  if (backend === 'cpu')
    return 'The cpu backend is plain JavaScript, a referee for tests: too slow to be measured here. Unset HEED_BACKEND.';
  if (backend === 'onnx') return states.find(({ name }) => name === provider)?.problem ?? null;
  if (packages.some(({ isLoading }) => isLoading)) return null;
  return 'HEED_BACKEND=tensorflow needs @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, and neither loads here. Unset HEED_BACKEND.';
}

async function measure(threads: number): Promise<Speed[]> {
  const { backend, provider } = env();
  const speeds: Speed[] = [];
  // Eager TensorFlow takes the threads that it likes.
  for (const count of backend === 'onnx' ? new Set([1, threads]) : [threads]) {
    configureRuntime({ backend, provider, threads: count });
    speeds.push({
      threads: count,
      matmulGflops: await matmulSpeed(),
      trainStepMilliseconds: await trainStepSpeed(modelFolder(builtinModel)),
    });
  }
  return speeds;
}

function linesOf({ machine, onnxruntime, tensorflow, used, speed, problem }: Report): string[] {
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  const row = (name: string, text: string) => `  ${name.padEnd(14)}${text}`;
  const stateOf = (p: ProviderState) =>
    p.problem === null ? 'starts' : p.isBundled ? `does not start. ${p.problem}` : `is not installed. ${p.problem}`;
  return [
    'This machine',
    row('processor', `${machine.cpu}, ${machine.cores} cores${machine.simd ? `: ${machine.simd.join(' ')}` : ''}`),
    row('memory', `${gigabytes(machine.memoryBytes)}, ${gigabytes(machine.freeMemoryBytes)} free`),
    row('GPU', machine.gpus.join('; ') || 'none is visible'),
    row('system', `${machine.platform}, Node ${machine.node}`),
    '',
    `ONNX Runtime ${onnxruntime.version}`,
    ...onnxruntime.providers.map((p) => row(p.name, stateOf(p))),
    '',
    'TensorFlow',
    ...tensorflow.map(
      (p) => `  ${p.name} ${p.isLoading ? 'loads' : p.isInstalled ? 'is installed, but does not load' : 'is not installed'}`,
    ),
    '',
    'Used',
    ...Object.entries(used).map(([name, { value, why }]) => row(name, `${value} (${why})`)),
    '',
    ...(problem ? [problem] : ['Speed']),
    ...(speed ?? []).map(({ threads, matmulGflops, trainStepMilliseconds }) =>
      row(
        `${threads} thread${threads === 1 ? '' : 's'}`,
        `matrix product 2048×512×2048: ${matmulGflops.toFixed(0)} GFLOP/s; training step, built-in model, ${trainStepRows} × ${trainStepTokens} tokens: ${trainStepMilliseconds.toFixed(0)} ms`,
      ),
    ),
  ];
}
