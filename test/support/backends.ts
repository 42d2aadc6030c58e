/** The backends that tests compare. TensorFlow's native package is not to be had everywhere: without it, its part is skipped and says so. */
import { describe } from 'vitest';
import { HeedError } from '@/lib/errors';
import { loadTensorflow, type Backend } from '@/trainer/runtime/jit';

type Options = { backend: Backend; threads: number };

/** Whether tfjs-node-gpu or tfjs-node loads on this machine. */
export const hasTensorflow: boolean = await loadTensorflow().then(
  () => true,
  (error: unknown) => {
    if (error instanceof HeedError && error.code === 'unavailable') return false;
    throw error;
  },
);

export const onlyWithTensorflow = (title: string) => `${title} (else skipped: no tensorflow package loads here)`;

/** What users have by default, at one and two threads; the referee; TensorFlow, which chooses its threads itself. */
const everyBackend: Options[] = [
  { backend: 'onnx', threads: 1 },
  { backend: 'onnx', threads: 2 },
  { backend: 'cpu', threads: 1 },
];

export function describeOnEveryBackend(tests: (options: Options) => void): void {
  for (const options of everyBackend) describe(`${options.backend}, ${options.threads} threads`, () => tests(options));
  describe.skipIf(!hasTensorflow)(onlyWithTensorflow('tensorflow'), () => tests({ backend: 'tensorflow', threads: 1 }));
}
