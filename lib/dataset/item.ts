import { refusal } from '@/lib/refusals';
import { badLine, type BadLine } from './bad-lines';

/** `line`: where the item begins, from 1. */
export type Item = { line: number; value: unknown } | ({ line: number } & BadLine);

/** In characters. An item is held whole; what is longer is no conversation, but a file without line ends. */
const maxItemLength = 16 * 2 ** 20;

export function toItem(line: number, text: string): Item {
  try {
    return { line, value: JSON.parse(text) };
  } catch (error) {
    return { line, ...badLine('not-json', { message: (error as Error).message }) };
  }
}

/** @throws HeedError too_large */
export function checkLength(length: number, line: number): void {
  if (length <= maxItemLength) return;
  const millions = Math.floor(maxItemLength / 1e6);
  throw refusal('item-too-large', { line, millions });
}
