/** A file’s text: plain or gzipped, `-` for standard input. */
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { textOf } from '@/lib/dataset/lines';
import { HeedError } from '@/lib/errors';

/** @throws HeedError not_found or invalid, at the first piece */
export async function* textOfFile(file: string): AsyncGenerator<string> {
  if (file !== '-') {
    await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
      throw new HeedError('not_found', `${file} cannot be read: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}.`, {
        cause,
      });
    });
  }
  const name = nameOf(file);
  let isEmpty = true;
  try {
    for await (const text of textOf(bytesOf(file === '-' ? process.stdin : createReadStream(file)))) {
      isEmpty &&= text.trim() === '';
      yield text;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new HeedError('invalid', `${name} is a folder, not a file.`, { cause });
    if (code?.startsWith('Z_'))
      throw new HeedError(
        'invalid',
        `${name} is damaged: it cannot be unzipped (${(cause as Error).message}). Nothing was taken from it.`,
        { cause },
      );
    if (cause instanceof HeedError) throw new HeedError(cause.code, `${name}: ${cause.message}`, { cause });
    throw cause;
  }
  if (isEmpty) throw new HeedError('invalid', `${name} is empty.`);
}

/** What messages call it. */
export const nameOf = (file: string): string => (file === '-' ? 'Standard input' : file);

/** Unzips what begins with gzip's two magic bytes. */
async function* bytesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) return yield* all;
  yield* gunzip(all);
}

async function* gunzip(zipped: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  // A mistake of the source or the archive reaches the reader through the stream.
  const done = pipeline(zipped, unzip).catch(() => {});
  yield* unzip;
  await done;
}
