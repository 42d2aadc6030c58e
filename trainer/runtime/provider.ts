/**
 * ONNX Runtime's execution providers: what this machine's binary brings along, and whether one really starts here. `cuda` is
 * found where the CUDA build of onnxruntime-node was installed.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { encodeModel } from './onnx/proto';
import { Graph } from './onnx/trace';

export const providers = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof providers)[number];

export const bundledProviders = (): string[] =>
  ort
    .listSupportedBackends()
    .filter(({ bundled }) => bundled)
    .map(({ name }) => name);

/** @throws HeedError unavailable, saying what is missing. */
function providerError(provider: Provider, cause: unknown): HeedError {
  // The runtime's own words begin with a place in its sources.
  const problem = (cause as Error).message
    .split('\n')[0]!
    .replace(/^.* was false\. /, '')
    .replace(/\.$/, '');
  return refusal('no-provider', { provider, problem }, { cause });
}

function hasCudaBinaries(): boolean {
  const folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return ['napi-v6', 'napi-v3'].some((abi) =>
    existsSync(path.join(folder, 'bin', abi, process.platform, process.arch, 'libonnxruntime_providers_cuda.so')),
  );
}

/** Starts a session of one node on it. @throws HeedError unavailable */
export async function tryProvider(provider: Provider): Promise<void> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1]);
  const bytes = encodeModel(graph.toProto('probe', [x], [graph.node('Neg', [x], [1])]));
  if (provider === 'cuda' && !hasCudaBinaries()) throw providerError(provider, new Error('its binaries are not installed'));
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], logSeverityLevel: 4 });
  } catch (cause) {
    throw providerError(provider, cause);
  }
  await session.release();
}
