import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '@/trainer/checkpoint/float16';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from '@/trainer/checkpoint/safetensors';
import { float32 } from '@/trainer/runtime/nd-array';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'heed-safetensors-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const bits = (data: Float32Array) => [...new Uint32Array(data.buffer, data.byteOffset, data.length)];

describe('writing and reading', () => {
  it('gives back every float32 bit, names and metadata', async () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text !== '__metadata__');
    const tensor = fc.array(fc.float(), { maxLength: 9 }).map((values) => float32([values.length], values));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, tensor, { noNullPrototype: true }), async (tensors) => {
        const path = join(folder, 'any.safetensors');
        await writeSafetensors(path, tensors, { dtype: 'F32', metadata: { format: 'pt' } });
        const read = await readSafetensors(path);
        expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [key, { data, shape }] of Object.entries(tensors)) {
          expect(read.tensors[key]!.shape).toEqual(shape);
          expect(bits(read.tensors[key]!.data)).toEqual(bits(data));
        }
        expect(read.metadata).toEqual({ format: 'pt' });
      }),
      { numRuns: 60 },
    );
  });

  it('aligns the data to 8 bytes and writes views into larger arrays', async () => {
    const path = join(folder, 'view.safetensors');
    const whole = Float32Array.of(1, 2, 3, 4);
    await writeSafetensors(path, { x: float32([2], whole.subarray(1, 3)) }, { dtype: 'F32', metadata: {} });
    expect((await readSafetensorsHeader(path)).dataStart % 8).toBe(0);
    expect([...(await readSafetensors(path)).tensors.x!.data]).toEqual([2, 3]);
  });

  it('rounds to float16, and refuses what float16 cannot hold', async () => {
    const path = join(folder, 'half.safetensors');
    await writeSafetensors(path, { x: float32([3], [0.1, 65504, -1e-9]) }, { dtype: 'F16', metadata: {} });
    expect([...(await readSafetensors(path)).tensors.x!.data]).toEqual([0.0999755859375, 65504, -0]);
    expect((await stat(path)).size % 8).toBe(6);
    await expect(writeSafetensors(path, { big: float32([1], [70000]) }, { dtype: 'F16', metadata: {} })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('Tensor big'),
    });
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('float16', () => {
  it('takes every half back to itself', () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = fromFloat16(half);
      if (!Number.isNaN(value)) expect(toFloat16(value)).toBe(half);
    }
    expect(Number.isNaN(fromFloat16(toFloat16(NaN)))).toBe(true);
  });

  it('rounds to the nearest half, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const half = toFloat16(value);
        const error = Math.abs(fromFloat16(half) - value);
        for (const neighbour of [half - 1, half + 1].filter((n) => (n & 0x7fff) <= 0x7bff && (n & 0x8000) === (half & 0x8000))) {
          const other = Math.abs(fromFloat16(neighbour) - value);
          expect(error < other || (error === other && half % 2 === 0)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
    expect([2049, 2051, 65519, 65520].map((value) => fromFloat16(toFloat16(value)))).toEqual([2048, 2052, 65504, Infinity]);
  });
});

describe('files that cannot be used', () => {
  const file = (header: unknown, data = 0, claimed?: number): Buffer => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(claimed ?? json.length));
    return Buffer.concat([length, json, Buffer.alloc(data)]);
  };
  const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = 'F32') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'truncated'],
    ['a few bytes', Buffer.alloc(5), 'truncated'],
    ['a header longer than the file', file({}, 0, 5000), 'header claims 5000 bytes'],
    ['an absurd header', file({}, 0, 2 ** 62), 'more than any header has'],
    ['no JSON', file('{"a":'), 'not JSON'],
    ['a list', file('[]'), 'not an object'],
    ['bad metadata', file({ __metadata__: { a: 1 } }), 'metadata'],
    ['an entry without shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), 'tensor a lacks'],
    ['a negative dimension', file({ a: tensor(0, 4, [-1]) }, 4), 'tensor a lacks'],
    ['an unknown type', file({ a: tensor(0, 8, [1], 'I64') }, 8), 'has the type I64'],
    ['a type named like a method', file({ a: tensor(0, 8, [1], 'constructor') }, 8), 'has the type constructor'],
    ['a size that does not fit the shape', file({ a: tensor(0, 8, [3]) }, 8), 'needs 12 bytes'],
    ['overlapping tensors', file({ a: tensor(0, 8), b: tensor(4, 12) }, 12), 'tensor b overlaps'],
    ['a gap', file({ a: tensor(0, 4), b: tensor(8, 12) }, 12), 'gap before tensor b'],
    ['truncated data', file({ a: tensor(0, 16) }, 12), 'truncated: its tensors need'],
    ['bytes left over', file({ a: tensor(0, 4) }, 9), '5 bytes follow'],
  ])('%s', async (_, bytes, reason) => {
    const path = join(folder, 'bad.safetensors');
    await writeFile(path, bytes);
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(reason) });
  });

  it('a good file cut anywhere', async () => {
    const path = join(folder, 'cut.safetensors');
    await writeSafetensors(path, { a: float32([4]), b: float32([2, 3]) }, { dtype: 'F32', metadata: {} });
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  it('no file at all', async () => {
    await expect(readSafetensors(join(folder, 'absent'))).rejects.toMatchObject({ code: 'not_found' });
  });
});
