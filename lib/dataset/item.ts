/** `line`: where the item begins, from 1. */
export type Item = { line: number; value: unknown } | { line: number; reason: string };

export function toItem(line: number, text: string): Item {
  try {
    return { line, value: JSON.parse(text) };
  } catch (error) {
    return { line, reason: `Not valid JSON: ${(error as Error).message}` };
  }
}
