/** How optimizer steps are grouped into calls. The program here does no training: it notes what it was called with. */
import { describe, expect, it } from 'vitest';
import { layoutOf } from '@/trainer/model/parameters';
import { initialState } from '@/trainer/optimizer/adamw';
import { float32, type FloatArray, type NdArray } from '@/trainer/runtime/nd-array';
import { stepsPerCall, trainSteps, type TrainProgram } from '@/trainer/stages/training';

const adam = { adamBeta1: 0.9, adamBeta2: 0.99, adamEps: 1e-8, weightDecay: 0, maxGradNorm: 1 };
type Call = { steps: number[]; width: number; learningRates: number[]; corrections: number[] };
type Inputs = Parameters<TrainProgram>[0];

/** A program of one parameter, x, whose gradient is never a number. */
const pretend = (run: (inputs: Inputs) => ReturnType<TrainProgram>): TrainProgram => {
  const dispose = async () => {};
  const gradients = Object.assign(async () => ({ loss: float32([], [NaN]), grad: float32([1], [NaN]) }), { dispose });
  return Object.assign(run, { dispose, gradients, layout: layoutOf({ x: [1] }) });
};

/** Batches hold their own step number, in a row as wide as `widths[step]`. */
async function callsFor(widths: number[], options: { firstStep?: number; stepsPerCall: number }) {
  const calls: Call[] = [];
  const note = async ({ state, batches, scalars }: Inputs) => {
    const { data, shape } = batches.x as FloatArray;
    const [count, , width] = shape as [number, number, number];
    const steps = Array.from({ length: count }, (_, i) => data[i * width]!);
    calls.push({ steps, width, learningRates: listOf(scalars.learningRate), corrections: listOf(scalars.correction1) });
    return {
      state: { ...state, params: float32([1], [steps.at(-1)!]) },
      metrics: { loss: float32([count], steps), grad_norm: float32([count]) },
      checksum: float32([count]),
    };
  };
  const program = pretend(note);
  const yielded: { params: number[]; stepsDone: number; losses: number[] }[] = [];
  const plan = {
    firstStep: options.firstStep ?? 0,
    totalSteps: widths.length,
    stepsPerCall: options.stepsPerCall,
    batchAt: (step: number) => [{ x: float32([widths[step]!], Array<number>(widths[step]!).fill(step)) }],
    learningRateAt: (step: number) => step / 8,
    adam,
  };
  for await (const { state, stepsDone, metrics } of trainSteps(program, initialState(float32([1])), plan)) {
    yielded.push({ params: listOf(state.params), stepsDone, losses: metrics.map((m) => m.loss!) });
  }
  return { calls, yielded };
}
const listOf = (array: NdArray) => Array.from(array.data as Float32Array);

describe('steps of one call', () => {
  it('fill it where shapes agree; what is left over goes one by one', async () => {
    const { calls, yielded } = await callsFor(Array<number>(8).fill(2), { stepsPerCall: 3 });
    expect(calls.map((c) => c.steps)).toEqual([[0, 1, 2], [3, 4, 5], [6], [7]]);
    expect(yielded.map((y) => y.stepsDone)).toEqual([3, 6, 7, 8]);
    expect(yielded.map((y) => y.params)).toEqual([[2], [5], [6], [7]]);
    expect(yielded.flatMap((y) => y.losses)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('never mix shapes', async () => {
    const { calls } = await callsFor([2, 2, 3, 3, 3, 2, 2, 2, 2], { stepsPerCall: 2 });
    expect(calls.map((c) => c.steps)).toEqual([[0, 1], [2, 3], [4], [5, 6], [7, 8]]);
    expect(calls.map((c) => c.width)).toEqual([2, 3, 3, 2, 2]);
  });

  it('have the learning rate and bias correction of their own number, also after a resume', async () => {
    const { calls } = await callsFor(Array<number>(6).fill(1), { firstStep: 3, stepsPerCall: 2 });
    expect(calls.map((c) => c.steps)).toEqual([[3, 4], [5]]);
    expect(calls.flatMap((c) => c.learningRates)).toEqual([3 / 8, 4 / 8, 5 / 8]);
    calls.flatMap((c) => c.corrections).forEach((c, i) => expect(c).toBeCloseTo(1 - 0.9 ** (4 + i), 6));
  });

  it('are none where the work is done', async () => {
    expect((await callsFor([1, 1], { firstStep: 2, stepsPerCall: 2 })).calls).toEqual([]);
  });

  it('are between 1 and 8, fewer the larger the work', () => {
    expect(stepsPerCall(60_000, 256)).toBe(8);
    expect(stepsPerCall(1_100_000, 16 * 128)).toBe(8);
    expect(stepsPerCall(14_000_000, 4 * 256)).toBe(2);
    expect(stepsPerCall(1e9, 1e6)).toBe(1);
  });

  it('end at a loss that is not a number, before the state is handed on', async () => {
    const program = pretend(async ({ state }) => ({
      state,
      metrics: { loss: float32([1], [NaN]), grad_norm: float32([1]) },
      checksum: float32([1]),
    }));
    const plan = { firstStep: 4, totalSteps: 9, stepsPerCall: 1, batchAt: () => [{ x: float32([1]) }], learningRateAt: () => 1, adam };
    const first = trainSteps(program, initialState(float32([1])), plan).next();
    await expect(first).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^Step 5 of 9 did not end in numbers: the gradient of x holds NaN.*Lower the learning rate/),
      details: { step: 5, tensor: 'x', index: 0, value: 'NaN' },
    });
  });
});
