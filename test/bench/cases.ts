/** What is timed: our side of each case as a function that runs it once, and the peer's side as what peer.py is told. */
import * as tf from '@tensorflow/tfjs';
import { padLeft, stackBatches } from '@/trainer/data/collate';
import { createRng } from '@/lib/rng';
import { trainingFlopsPerToken } from '@/trainer/model/flops';
import { compileGenerate } from '@/trainer/model/generate';
import { adapterShapes, initialAdapter } from '@/trainer/model/lora';
import type { Params } from '@/trainer/model/layers';
import { layoutOf, pack } from '@/trainer/model/parameters';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { headLogprobs, hiddenStates } from '@/trainer/model/transformer';
import { initialState, stepScalars } from '@/trainer/optimizer/adamw';
import { jit } from '@/trainer/runtime/jit';
import { bool, float32, int32, type NdArray } from '@/trainer/runtime/nd-array';
import { languageLoss } from '@/trainer/stages/sft';
import { compileTraining } from '@/trainer/stages/training';
import type { BenchModel, ModelName } from './models';
import { ppoRunner, ppoSizes } from './ppo-case';

export type Runner = { run(): Promise<void>; dispose(): Promise<void> };
export type Case = {
  name: string;
  model: ModelName | null;
  /** `ms`: time of one; `tokens/s`: how many in a second. */
  unit: 'ms' | 'tokens/s' | 'GFLOP/s';
  /** Units of work in one run: steps, tokens, or floating-point operations. */
  amount: number;
  /** Floating-point operations of one run, where the share of the machine's peak is reported. */
  flops?: (model: BenchModel) => number;
  ours: (model: BenchModel) => Promise<Runner>;
  peer: Record<string, unknown> & { modes: string[] };
  repeats: number;
};

const adam = { adamBeta1: 0.9, adamBeta2: 0.999, adamEps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 };

function randomBatch(vocabSize: number, rows: number, length: number, seed: number): Record<string, NdArray> {
  const rng = createRng(seed);
  const ids = Int32Array.from({ length: rows * length }, () => Math.floor(rng.next() * vocabSize));
  return {
    ids: int32([rows, length], ids),
    isPad: bool([rows, length]),
    targets: int32([rows, length], ids.slice().reverse()),
    lossMask: float32([rows, length], new Float32Array(rows * length).fill(1)),
  };
}

const layoutFor = (model: BenchModel) => layoutOf(parameterShapes(model.config, 'language'));

const lora = { r: 16, alpha: 32, targetModules: ['q_proj', 'v_proj'] };

function trainCase(model: ModelName, rows: number, length: number, steps: number, repeats: number, isLora = false): Case {
  return {
    name: `train step, ${model}${isLora ? ' (LoRA)' : ''}, ${rows} × ${length}`,
    model,
    unit: 'ms',
    amount: steps,
    // Frozen weights get no gradient: two thirds of the products.
    flops: (m) => (isLora ? 2 / 3 : 1) * steps * rows * length * trainingFlopsPerToken(m.config, layoutFor(m).matrixTotal, length),
    repeats,
    peer: {
      kind: 'train',
      rows,
      length,
      steps,
      lora: isLora ? lora : null,
      modes: isLora ? ['eager', 'compile'] : ['eager', 'compile', 'trl'],
    },
    ours: async (m) => {
      const config = isLora ? { ...m.config, lora } : m.config;
      const layout = isLora ? layoutOf(adapterShapes(config, lora)) : layoutFor(m);
      const program = compileTraining(
        'bench',
        (params, batch) => languageLoss(config, params, batch as Record<'ids' | 'isPad' | 'targets' | 'lossMask', tf.Tensor>),
        adam,
        layout,
        isLora ? m.tensors : {},
      );
      let state = initialState(pack(layout, isLora ? initialAdapter(config, lora, 1) : m.tensors));
      const batches = stackBatches(
        Array.from({ length: steps }, (_, i) => stackBatches([randomBatch(m.config.vocabSize, rows, length, i)])),
      );
      const scalars = stepScalars(adam, () => 1e-4, 0, steps);
      return {
        dispose: program.dispose,
        run: async () => {
          state = (await program({ state, batches, scalars })).state;
        },
      };
    },
  };
}

function generateCase(model: ModelName, rows: number, promptLength: number, newTokens: number, repeats: number): Case {
  return {
    name: `generate, ${model}, batch ${rows}`,
    model,
    unit: 'tokens/s',
    amount: rows * newTokens,
    repeats,
    peer: { kind: 'generate', rows, promptLength, newTokens, modes: ['eager'] },
    ours: async (m) => {
      const config = { temperature: 1, topK: 0, topP: 1, maxNewTokens: newTokens, endIds: [], padId: 0 };
      const generate = compileGenerate(m.config, config);
      const rng = createRng(1);
      const prompts = Array.from({ length: rows }, () =>
        Array.from({ length: promptLength }, () => 3 + Math.floor(rng.next() * (m.config.vocabSize - 3))),
      );
      const noise = float32(
        [newTokens, rows],
        Float32Array.from({ length: rows * newTokens }, () => rng.next()),
      );
      const inputs = { params: m.tensors, ...padLeft(prompts, promptLength, 0), noise };
      return { dispose: generate.dispose, run: async () => void (await generate(inputs)) };
    },
  };
}

function scoreCase(model: ModelName, rows: number, length: number, repeats: number): Case {
  return {
    name: `score, ${model}, ${rows} × ${length}`,
    model,
    unit: 'tokens/s',
    amount: rows * length,
    repeats,
    peer: { kind: 'score', rows, length, modes: ['eager', 'compile'] },
    ours: async (m) => {
      const { ids, isPad, targets } = randomBatch(m.config.vocabSize, rows, length, 1) as Record<'ids' | 'isPad' | 'targets', NdArray>;
      const program = jit('bench-score', (x: { params: Params } & Record<'ids' | 'isPad' | 'targets', tf.Tensor>) => {
        const hidden = hiddenStates(m.config, x.params, x.ids, x.isPad);
        return { logprobs: headLogprobs(m.config, x.params, hidden, tf.reshape(x.targets, [-1])).logprobs };
      });
      return { dispose: program.dispose, run: async () => void (await program({ params: m.tensors, ids, isPad, targets })) };
    },
  };
}

const ppoCase: Case = {
  name: `PPO iteration, 1M, ${ppoSizes.rows} episodes`,
  model: '1M',
  unit: 'ms',
  amount: 1,
  repeats: 3,
  peer: { kind: 'ppo', ...ppoSizes, modes: ['eager', 'trl'] },
  ours: ppoRunner,
};

/** Products in one run. */
export const MATMULS = 20;
const matmulFlops = 2 * 2048 * 512 * 2048;

/** This machine's peak, as the engine reaches it: the yardstick of the shares below. */
const matmulCase: Case = {
  name: 'matmul 2048 × 512 × 2048',
  model: null,
  unit: 'GFLOP/s',
  amount: (MATMULS * matmulFlops) / 1e9,
  repeats: 7,
  peer: { kind: 'matmul', modes: ['eager'] },
  ours: async () => {
    const filled = (rows: number, columns: number) => float32([rows, columns], new Float32Array(rows * columns).fill(0.5));
    const program = jit('bench-matmul', ({ a, b }: Record<'a' | 'b', tf.Tensor>) => ({
      // Sums, so that the products themselves need not be copied out.
      sums: Array.from({ length: MATMULS }, (_, i) =>
        tf.sum(tf.slice(tf.matMul(tf.add(a, i) as tf.Tensor2D, b as tf.Tensor2D), [0, 0], [1, 1])),
      ),
    }));
    const inputs = { a: filled(2048, 512), b: filled(512, 2048) };
    return { dispose: program.dispose, run: async () => void (await program(inputs)) };
  },
};

export const cases: Case[] = [
  matmulCase,
  trainCase('1M', 16, 128, 8, 7),
  trainCase('14M', 4, 256, 2, 5),
  trainCase('135M', 2, 256, 1, 5, true),
  generateCase('1M', 1, 48, 64, 7),
  generateCase('1M', 16, 48, 64, 5),
  generateCase('1M', 64, 48, 64, 5),
  generateCase('135M', 1, 48, 32, 5),
  scoreCase('1M', 32, 128, 7),
  scoreCase('14M', 8, 256, 5),
  ppoCase,
];
