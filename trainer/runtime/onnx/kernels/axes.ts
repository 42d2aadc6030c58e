/** Axes as TensorFlow.js writes them: one, a list, or none for all; negative ones count from the end. */

export function axesOf(axis: number | number[] | undefined | null, rank: number): number[] {
  const list = axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : Array.isArray(axis) ? axis : [axis];
  return list.map((a) => (a < 0 ? a + rank : a));
}
