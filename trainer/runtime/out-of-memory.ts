/**
 * Memory that could not be had. ONNX Runtime says so by an error (std::bad_alloc, or its arena's words), V8 by a RangeError; both
 * leave the process in order. Where the system hands out more than it has, the kernel kills the process instead.
 */
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import type { NdArray } from './nd-array';

const words =
  /bad_alloc|Failed to allocate memory|bfc_arena|Array buffer allocation failed|Invalid (typed )?array length|Cannot create a Buffer larger/i;

export class OutOfMemoryError extends HeedError {
  /** @param inputs of the program that did not fit: for example `ids [4,1,16,128]` */
  constructor(
    readonly program: string,
    readonly inputs: string,
    cause: unknown,
  ) {
    const { code, message, details } = refusal('no-memory', { program, inputs });
    super(code, message, { cause, details });
  }
}

/** The same error as OutOfMemoryError where memory ran out; any other error unchanged. */
export function asMemoryError(error: unknown, program: string, inputs: unknown): unknown {
  if (error instanceof OutOfMemoryError || !(error instanceof Error) || !words.test(error.message)) return error;
  return new OutOfMemoryError(program, describe(inputs), error);
}

/** The token ids of the batch where there are any, else all inputs that have a name. */
function describe(inputs: unknown): string {
  const found: { name: string; text: string }[] = [];
  const walk = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isNdArray(node)) found.push({ name, text: `${name} [${node.shape}]` });
    else for (const [key, child] of Object.entries(node)) walk(child, key);
  };
  walk(inputs, 'input');
  const ids = found.filter(({ name }) => name === 'ids');
  return (ids.length > 0 ? ids : found.slice(0, 6)).map(({ text }) => text).join(', ');
}

const isNdArray = (node: object): node is NdArray => 'dtype' in node && 'shape' in node && 'data' in node;
