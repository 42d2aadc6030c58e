import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '@/trainer/checkpoint/float16';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';

const fixtures = join(import.meta.dirname, 'fixtures');

/** Files written by the reference implementation (scripts/make_dtypes.py). */
describe('safetensors from Python', () => {
  it('are read in all three types', async () => {
    const { tensors, metadata } = await readSafetensors(join(fixtures, 'dtypes.safetensors'));
    const { tensors: expected } = await readSafetensors(join(fixtures, 'dtypes_as_f32.safetensors'));
    expect(metadata.torch).toMatch(/^2\./);
    expect(tensors.f32!.shape).toEqual([4, 4]);
    expect(Array.from(tensors.f32!.data.subarray(0, 6))).toEqual([0, -0, 1, -2.5, Math.fround(0.1), Math.fround(1 / 3)]);
    expect([...tensors.f16!.data]).toEqual([...expected.f16!.data]);
    expect([...tensors.bf16!.data]).toEqual([...expected.bf16!.data]);
    expect(tensors.empty!.shape).toEqual([0, 3]);
    expect(tensors.scalar).toMatchObject({ shape: [], data: Float32Array.of(2.5) });
  });

  it('round to float16 as torch does', async () => {
    const { tensors } = await readSafetensors(join(fixtures, 'dtypes.safetensors'));
    expect([...tensors.f32!.data].map((value) => fromFloat16(toFloat16(value)))).toEqual([...tensors.f16!.data]);
  });
});
