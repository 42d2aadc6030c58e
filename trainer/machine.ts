/** What this machine has for the numerics. Everything here only looks; what cannot be found out is left out. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { bundledProviders, providers, tryProvider, type Provider } from './runtime/provider';

export type Machine = {
  cpu: string;
  cores: number;
  /** Instruction sets that matter for matrix products; null where the system does not tell. */
  simd: string[] | null;
  memoryBytes: number;
  freeMemoryBytes: number;
  platform: string;
  node: string;
  gpus: string[];
};

const instructionSets = ['sse4_2', 'avx', 'fma', 'avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'asimd', 'sve'];

export function lookAtMachine(): Machine {
  const flags = existsSync('/proc/cpuinfo') ? /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] : undefined;
  const known = flags && new Set(flags.trim().split(/\s+/));
  // In a container the limit counts, not the machine.
  const limit = process.constrainedMemory?.() ?? 0;
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    simd: known ? instructionSets.filter((name) => known.has(name)) : null,
    memoryBytes: limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem(),
    freeMemoryBytes: os.freemem(),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    gpus: gpus(),
  };
}

function gpus(): string[] {
  const nvidia = spawnSync('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader'], { encoding: 'utf8', timeout: 5000 });
  const named = nvidia.status === 0 ? nvidia.stdout.trim().split('\n').filter(Boolean) : [];
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((name) => name.startsWith('renderD')) : [];
  return named.length > 0 ? named : nodes.map((name) => `/dev/dri/${name}`);
}

export type ProviderState = { name: Provider; isBundled: boolean; problem: string | null };

/** Each is really started, on a graph of one node. */
export async function lookAtProviders(): Promise<{ version: string; providers: ProviderState[] }> {
  const bundled = bundledProviders();
  const states: ProviderState[] = [];
  for (const name of providers) {
    const isBundled = bundled.includes(name);
    const problem = await tryProvider(name).then(
      () => null,
      (error: Error) => error.message,
    );
    states.push({ name, isBundled, problem });
  }
  return { version: ort.env.versions.node ?? ort.env.versions.common, providers: states };
}

export type PackageState = { name: string; isInstalled: boolean; isLoading: boolean };

/** Loaded in a process of their own: a native library that does not fit may end it. */
export function lookAtTensorflow(root: string): PackageState[] {
  return ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].map((name) => {
    const isInstalled = existsSync(path.join(root, 'node_modules', name, 'package.json'));
    const load = () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', `await import('${name}')`], { cwd: root, timeout: 60_000 });
    return { name, isInstalled, isLoading: isInstalled && load().status === 0 };
  });
}
