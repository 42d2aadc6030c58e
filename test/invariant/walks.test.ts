/** The random-walks benchmark in small: one seed of `npm run bench:walks`, and the yardstick that it measures by. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configureRuntime } from '@/trainer/runtime/jit';
import { fall, mean, runArm, trainSft, WINDOW } from '../bench/walks-arms';
import { demonstrations, graph, optimality, starts } from '../bench/walks-graph';

describe('the yardstick', () => {
  test('agrees with numpy about the graph and its walks', () => {
    const { edges, meanShortest, optimalityOfWalks } = graph.expected;
    expect([edges, meanShortest]).toEqual([51, 3.65]);
    expect(Object.values(graph.edges).flat()).toHaveLength(edges);
    expect(mean(starts.map((start) => graph.shortest[start]!))).toBeCloseTo(meanShortest, 9);
    expect(mean(demonstrations.map(optimality))).toBeCloseTo(optimalityOfWalks, 9);
    expect(optimalityOfWalks).toBeCloseTo(0.352, 3);
  });

  test('counts nodes up to the first goal, on edges alone', () => {
    const of = (prompt: string, response: string) => optimality({ prompt, response });
    expect([of('d', 'a'), of('d', 'a b'), of('b', 'd a')]).toEqual([1, 1, 1]);
    expect(of('d', 'l b d a')).toBe(5 / 8);
    // No such edge; no end; nothing at all; eleven nodes.
    expect([of('b', 'a'), of('b', 'd l'), of('b', ''), of('b', 'd l b d l b d l d a')]).toEqual([0, 0, 0, 0]);
  });

  test('calls it a fall where a window is a tenth below the best one before', () => {
    const steps = (value: number, count: number) => Array<number>(count).fill(value);
    expect(fall(steps(0.9, 30))).toEqual({ goldDropAt: null, peak: expect.closeTo(0.9) });
    // .8 − k·.8/8 ≤ .72 from the first on.
    expect(fall([...steps(0.8, 20), ...steps(0, WINDOW)])).toEqual({ goldDropAt: 21, peak: expect.closeTo(0.8) });
    expect(fall([...steps(0.1, 5), 1, ...steps(0.1, 20)]).goldDropAt).not.toBeNull();
    expect(fall([1, 0, 0, 0])).toEqual({ goldDropAt: null, peak: 0 });
    // A policy that starts anew begins low, which is no fall.
    const twoRounds = [...steps(0.9, 20), ...steps(0.3, 20)];
    expect([fall(twoRounds, 20), fall(twoRounds).goldDropAt]).toEqual([{ goldDropAt: null, peak: expect.closeTo(0.9) }, 22]);
  });
});

describe('PPO', () => {
  let root: string;
  beforeAll(async () => {
    configureRuntime({ backend: 'onnx', threads: 2 });
    root = await mkdtemp(join(tmpdir(), 'heed-walks-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('on the true reward soon walks nearly as well as can be, and the SFT policy did not', async () => {
    const sft = await trainSft({ root, seed: 0 });
    const { gold, kl, trace } = await runArm({ root, seed: 0, arm: 'true', beta: 0.05, iterations: 25 }, sft);
    expect(trace.gold[0]).toBeGreaterThan(0.2);
    expect(trace.gold[0]).toBeLessThan(0.45);
    expect(gold).toBeGreaterThan(0.9);
    expect(kl).toBeLessThan(4);
  });
});
