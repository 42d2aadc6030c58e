import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spool } from '@/lib/dataset/spool';

let folder: string;
beforeEach(() => vi.stubEnv('HEED_DATA', (folder = mkdtempSync(path.join(tmpdir(), 'heed-spool-')))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function* upload(...pieces: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Error) throw piece;
    yield new TextEncoder().encode(piece);
  }
}
async function read(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('an upload is there in whole before it is used, and leaves nothing behind', async () => {
  let isOver = false;
  const slow = async function* () {
    yield* upload('one\n', 'two\n');
    isOver = true;
  };
  const text = await spool(slow(), async (bytes) => {
    expect(isOver).toBe(true);
    return read(bytes);
  });
  expect(text).toBe('one\ntwo\n');
  expect(readdirSync(folder)).toEqual([]);
});

test('one that breaks off is not used', async () => {
  const use = vi.fn(read);
  await expect(spool(upload('one\n', new Error('gone')), use)).rejects.toThrow('gone');
  expect(use).not.toHaveBeenCalled();
  await expect(spool(upload('one\n'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});
