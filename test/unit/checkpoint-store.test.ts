import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RetentionRule, type StoredCheckpoint, whatToDelete } from '@/trainer/checkpoint/retention';
import { hashFolder, publishFolder, sweepTemporary, verifyFolder, writeFolder } from '@/trainer/checkpoint/store';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'heed-store-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

describe('publishing', () => {
  it('renames, hashes names and contents, and counts bytes', async () => {
    const temporary = join(root, '.a.tmp');
    await mkdir(join(temporary, 'deep'), { recursive: true });
    await writeFile(join(temporary, 'b.txt'), 'two');
    await writeFile(join(temporary, 'deep/a.txt'), 'one');
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const published = await publishFolder(temporary, join(root, 'a'));
    expect(published).toEqual({ sha256: sha(`b.txt ${sha('two')}\ndeep/a.txt ${sha('one')}\n`), bytes: 6 });
    expect(await readdir(root)).toEqual(['a']);
    expect(await hashFolder(join(root, 'a'))).toEqual(published);
  });

  it('has another hash when a file is changed, added or missing', async () => {
    const final = join(root, 'a');
    const published = await writeFolder(final, (temporary) => writeFile(join(temporary, 'x'), '1'));
    await writeFile(join(final, 'y'), '');
    expect((await hashFolder(final)).sha256).not.toBe(published.sha256);
    await rm(join(final, 'y'));
    expect(await hashFolder(final)).toEqual(published);
    await writeFile(join(final, 'x'), '2');
    expect((await hashFolder(final)).sha256).not.toBe(published.sha256);
  });

  it('writes SHA256SUMS as sha256sum reads it; the folder is checked against the recorded hash', async () => {
    const final = join(root, 'a');
    const { sha256 } = await writeFolder(final, async (temporary) => {
      await mkdir(join(temporary, 'deep'));
      await writeFile(join(temporary, 'deep/x'), '1');
      await writeFile(join(temporary, 'y'), '2');
    });
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(await readFile(join(final, 'SHA256SUMS'), 'utf8')).toBe(`${hash('1')}  deep/x\n${hash('2')}  y\n`);
    await verifyFolder(final, sha256);
    // Somebody's notes do no harm.
    await writeFile(join(final, 'notes.txt'), 'mine');
    await verifyFolder(final, sha256);
    await writeFile(join(final, 'deep/x'), '3');
    await expect(verifyFolder(final, sha256)).rejects.toMatchObject({ code: 'invalid', details: { changed: ['deep/x'] } });
    // A list that was made to fit is not believed.
    await writeFile(join(final, 'SHA256SUMS'), `${hash('3')}  deep/x\n${hash('2')}  y\n`);
    await expect(verifyFolder(final, sha256)).rejects.toMatchObject({ message: expect.stringContaining('not those that were written') });
  });

  it('checks folders without a list, as earlier versions wrote them', async () => {
    const final = join(root, 'a');
    const { sha256 } = await writeFolder(final, (temporary) => writeFile(join(temporary, 'x'), '1'));
    await rm(join(final, 'SHA256SUMS'));
    await verifyFolder(final, sha256);
    await writeFile(join(final, 'x'), '2');
    await expect(verifyFolder(final, sha256)).rejects.toMatchObject({ code: 'invalid' });
    await expect(verifyFolder(join(root, 'absent'), sha256)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leaves nothing behind when the disk is full, and says so', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const writing = writeFolder(join(root, 'a'), async (temporary) => {
      await writeFile(join(temporary, 'half'), 'of it');
      throw full;
    });
    await expect(writing).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('the disk is full'), cause: full });
    expect(await readdir(root)).toEqual([]);
  });

  it('never replaces a checkpoint', async () => {
    await writeFolder(join(root, 'a'), (temporary) => writeFile(join(temporary, 'x'), 'first'));
    await expect(writeFolder(join(root, 'a'), (temporary) => writeFile(join(temporary, 'x'), 'second'))).rejects.toThrow();
    expect(await readFile(join(root, 'a/x'), 'utf8')).toBe('first');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('sweeps old temporary folders, and only those', async () => {
    const long = new Date(Date.now() - 7200_000);
    for (const name of ['.old.tmp', '.new.tmp', 'model', 'job/.old.tmp', 'job/model']) await mkdir(join(root, name), { recursive: true });
    for (const name of ['.old.tmp', 'model', 'job/.old.tmp', 'job/model']) await utimes(join(root, name), long, long);
    expect((await sweepTemporary(root)).sort()).toEqual([join(root, '.old.tmp'), join(root, 'job/.old.tmp')]);
    expect((await readdir(root)).sort()).toEqual(['.new.tmp', 'job', 'model']);
    expect(await sweepTemporary(join(root, 'absent'))).toEqual([]);
  });
});

describe('retention', () => {
  const at = (
    id: string,
    kind: StoredCheckpoint['kind'],
    roundNumber: number | null,
    more: Partial<StoredCheckpoint> = {},
  ): StoredCheckpoint => ({
    id,
    kind,
    roundNumber,
    bytes: 10,
    createdAt: new Date(roundNumber ?? 0),
    isNeeded: false,
    ...more,
  });
  const four = [1, 2, 3, 4].flatMap((round) => (['sft', 'reward', 'policy'] as const).map((kind) => at(`${kind}${round}`, kind, round)));

  it('keeps the models of the last rounds and every policy, and drops resume states', () => {
    const stored = [at('base', 'base', null, { bytes: 1e12 }), ...four, at('resume', 'resume', 4)];
    expect(whatToDelete(stored, { keepRounds: 2, maxBytes: 1000 })).toEqual(['sft1', 'reward1', 'sft2', 'reward2', 'resume']);
  });

  it('goes on within the kept rounds when the budget asks for it: oldest round first, policies last', () => {
    expect(whatToDelete(four, { keepRounds: 4, maxBytes: 75 })).toEqual(['sft1', 'reward1', 'policy1', 'sft2', 'reward2']);
  });

  it('never touches what is needed or a base model, and fits the budget where it can', () => {
    const checkpoint = fc.record({
      id: fc.uuid(),
      kind: fc.constantFrom('base', 'sft', 'reward', 'policy', 'resume') as fc.Arbitrary<StoredCheckpoint['kind']>,
      roundNumber: fc.option(fc.integer({ min: 1, max: 6 })),
      bytes: fc.nat(100),
      createdAt: fc.date({ noInvalidDate: true }),
      isNeeded: fc.boolean(),
    });
    const rule: fc.Arbitrary<RetentionRule> = fc.record({ keepRounds: fc.integer({ min: 1, max: 6 }), maxBytes: fc.nat(500) });
    fc.assert(
      fc.property(fc.uniqueArray(checkpoint, { selector: ({ id }) => id }), rule, (stored, given) => {
        const deleted = new Set(whatToDelete(stored, given));
        const kept = stored.filter(({ id, kind }) => !deleted.has(id) && kind !== 'base');
        expect(stored.filter(({ id, kind, isNeeded }) => deleted.has(id) && (isNeeded || kind === 'base'))).toEqual([]);
        const bytes = kept.reduce((total, one) => total + one.bytes, 0);
        expect(bytes <= given.maxBytes || kept.every(({ isNeeded }) => isNeeded)).toBe(true);
      }),
    );
  });
});
