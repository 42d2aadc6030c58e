/**
 * The safetensors format: u64 header length, JSON header { name: { dtype, shape, data_offsets } }, then the data.
 * Reading checks everything that the reference implementation checks (known types, sizes that fit shapes, no gap, no overlap,
 * nothing left over) before it touches the data. Tensors come out as float32. Assumes a little-endian machine, as Node's builds are.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import { float32, type FloatArray, sizeOf } from '../runtime/nd-array';
import { asDiskError } from './disk';
import { fromBfloat16, fromFloat16, toFloat16 } from './float16';

const bytesOf = { F32: 4, F16: 2, BF16: 2 } as const;
type Dtype = keyof typeof bytesOf;
export type TensorEntry = { name: string; dtype: Dtype; shape: number[]; begin: number; end: number };
export type SafetensorsHeader = { entries: TensorEntry[]; metadata: Record<string, string>; dataStart: number };

/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;

const count = z.number().int().min(0);
const entrySchema = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
const metadataSchema = z.record(z.string(), z.string());

/** All tensors of a file. Throws HeedError(invalid) for a file that is damaged or holds other types, (not_found) where there is none. */
export async function readSafetensors(path: string): Promise<{ tensors: Record<string, FloatArray>; metadata: Record<string, string> }> {
  return withFile(path, async (file) => {
    const { entries, metadata, dataStart } = await readHeader(file, path);
    const tensors: [string, FloatArray][] = [];
    for (const entry of entries) tensors.push([entry.name, float32(entry.shape, await readData(file, entry, dataStart, path))]);
    return { tensors: Object.fromEntries(tensors), metadata };
  });
}

/** Names, types and shapes only. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, (file) => readHeader(file, path));
}

/** Writes tensors in the order of their names. A failed write leaves no file. */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, FloatArray>,
  { dtype, metadata }: { dtype: 'F32' | 'F16'; metadata: Record<string, string> },
): Promise<void> {
  const names = Object.keys(tensors).sort();
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const name of names) {
    const { shape } = tensors[name]!;
    const begin = end;
    end += sizeOf(shape) * bytesOf[dtype];
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  try {
    const file = await open(path, 'w');
    try {
      await file.appendFile(padded);
      for (const name of names)
        await file.appendFile(dtype === 'F32' ? bytesView(tensors[name]!.data) : packFloat16(name, tensors[name]!.data));
    } finally {
      await file.close();
    }
  } catch (cause) {
    await rm(path, { force: true });
    throw asDiskError(cause, path);
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new HeedError('not_found', `${path} does not exist.`, { cause });
    throw new HeedError('unavailable', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle, path: string): Promise<SafetensorsHeader> {
  const bad = (what: string, cause?: unknown) => new HeedError('invalid', `${path} is not a usable safetensors file: ${what}.`, { cause });
  const { size } = await file.stat();
  if (size < 8) throw bad(`it is only ${size} bytes long (truncated?)`);
  const length = Number((await readBytes(file, 0, 8)).readBigUInt64LE());
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw bad(
      `its header claims ${length} bytes, more than ${length > MAX_HEADER_BYTES ? 'any header has' : `the file's ${size} bytes can hold`}`,
    );
  }
  const dataStart = 8 + length;

  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(file, 8, length)));
  } catch (cause) {
    throw bad('its header is not JSON', cause);
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw bad('its header is not an object');

  const { __metadata__: rawMetadata = {}, ...rawEntries } = json as Record<string, unknown>;
  const metadata = metadataSchema.safeParse(rawMetadata);
  if (!metadata.success) throw bad('its metadata are not texts', metadata.error);

  const entries = Object.entries(rawEntries).map(([name, raw]): TensorEntry => {
    const parsed = entrySchema.safeParse(raw);
    if (!parsed.success) throw bad(`the entry of tensor ${name} lacks a dtype, shape or data_offsets`, parsed.error);
    const { dtype, shape, data_offsets } = parsed.data;
    const [begin, end] = data_offsets;
    if (!isReadable(dtype)) throw bad(`tensor ${name} has the type ${dtype}; F32, F16 and BF16 can be read`);
    const needed = sizeOf(shape) * bytesOf[dtype];
    if (end - begin !== needed)
      throw bad(`tensor ${name} of shape [${shape}] needs ${needed} bytes of ${dtype}, but its offsets span ${end - begin}`);
    return { name, dtype, shape, begin, end };
  });
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);

  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) throw bad(begin < at ? `tensor ${name} overlaps the one before it` : `there is a gap before tensor ${name}`);
    at = end;
  }
  if (dataStart + at > size) throw bad(`it is truncated: its tensors need ${dataStart + at} bytes, the file has ${size}`);
  if (dataStart + at < size) throw bad(`${size - dataStart - at} bytes follow its last tensor`);
  return { entries, metadata: metadata.data, dataStart };
}

const isReadable = (dtype: string): dtype is Dtype => Object.hasOwn(bytesOf, dtype);

async function readData(file: FileHandle, entry: TensorEntry, dataStart: number, path: string): Promise<Float32Array> {
  // A copy into memory of its own: typed arrays need their alignment.
  const bytes = new Uint8Array(entry.end - entry.begin);
  if ((await fillBytes(file, bytes, dataStart + entry.begin)) < bytes.length)
    throw new HeedError('invalid', `${path} became shorter while it was read.`);
  if (entry.dtype === 'F32') return new Float32Array(bytes.buffer);
  return Float32Array.from(new Uint16Array(bytes.buffer), entry.dtype === 'F16' ? fromFloat16 : fromBfloat16);
}

async function readBytes(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await fillBytes(file, bytes, at);
  return bytes;
}

/** Reads until `bytes` is full or the file ends; how many bytes came. */
async function fillBytes(file: FileHandle, bytes: Uint8Array, at: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, 2 ** 30);
    const { bytesRead } = await file.read(bytes, filled, length, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

const bytesView = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function packFloat16(name: string, data: Float32Array): Uint8Array {
  const halves = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    halves[i] = toFloat16(data[i]!);
    if ((halves[i]! & 0x7fff) === 0x7c00 && Number.isFinite(data[i]!)) {
      throw new HeedError('invalid', `Tensor ${name} holds ${data[i]}, beyond the range of float16. Write it as float32.`);
    }
  }
  return new Uint8Array(halves.buffer);
}
