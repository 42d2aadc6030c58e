/** How fast this machine computes with the backend in force: a matrix product, and a training step of the built-in model. */
import * as tf from '@tensorflow/tfjs';
import { stackBatches, type LanguageBatch } from './data/collate';
import { createRng } from '@/lib/rng';
import { loadModel } from './model/load';
import { initialState, stepScalars } from './optimizer/adamw';
import { scan } from './runtime/control';
import { jit } from './runtime/jit';
import { bool, float32, int32, sizeOf, type NdArray } from './runtime/nd-array';
import { languageLoss } from './stages/sft';
import type { TrainState } from './stages/train-state';
import { compileTraining } from './stages/training';

const [M, K, N] = [2048, 512, 2048];
const products = 16;

/** The best of three calls. @returns 10⁹ floating-point operations a second, of 2048×512 times 512×2048 in float32 */
export async function matmulSpeed(): Promise<number> {
  // The products stay inside: an output of 16 MB would take longer to copy than to compute.
  const program = jit('matmul', ({ a, b, steps }: Record<'a' | 'b' | 'steps', tf.Tensor>) => {
    const { carry } = scan(products, { c: tf.zeros([M, N]) as tf.Tensor }, { steps }, () => ({
      carry: { c: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) as tf.Tensor },
      out: [],
    }));
    return { corner: tf.slice(carry.c, [0, 0], [1, 1]) };
  });
  const rng = createRng(1);
  const random = (...shape: number[]) =>
    float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => rng.next()),
    );
  const inputs = { a: random(M, K), b: random(K, N), steps: float32([products]) };
  const seconds = await bestOf(3, () => program(inputs));
  await program.dispose();
  return (2 * M * K * N * products) / seconds / 1e9;
}

export const trainStepRows = 16;
export const trainStepTokens = 128;
const stepsPerCall = 4;

/** The best of three calls of four steps. @returns milliseconds of one optimizer step */
export async function trainStepSpeed(modelFolder: string): Promise<number> {
  const model = await loadModel(modelFolder, 'language');
  const { config, layout } = model;
  const adam = { adamBeta1: 0.9, adamBeta2: 0.999, adamEps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 };
  const program = compileTraining(
    'train-step',
    (params, batch) => languageLoss(config, params, batch as LanguageBatch<tf.Tensor>),
    adam,
    layout,
  );
  let state: TrainState = initialState(model.params);
  const batches = stackBatches(Array.from({ length: stepsPerCall }, (_, i) => stackBatches([randomBatch(config.vocabSize, i)])));
  const scalars = stepScalars(adam, () => 1e-4, 0, stepsPerCall);
  const seconds = await bestOf(3, async () => (state = (await program({ state, batches, scalars })).state));
  await program.dispose();
  return (1000 * seconds) / stepsPerCall;
}

function randomBatch(vocabSize: number, seed: number): Record<string, NdArray> {
  const shape = [trainStepRows, trainStepTokens];
  const rng = createRng(seed);
  const ids = () => int32(shape, Int32Array.from({ length: sizeOf(shape) }, () => rng.int(vocabSize))); // prettier-ignore
  return { ids: ids(), isPad: bool(shape), targets: ids(), lossMask: float32(shape, new Float32Array(sizeOf(shape)).fill(1)) };
}

/** The first run, which compiles, does not count. @returns seconds */
async function bestOf(times: number, run: () => Promise<unknown>): Promise<number> {
  await run();
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    await run();
    best = Math.min(best, performance.now() - startedAt);
  }
  return best / 1000;
}
