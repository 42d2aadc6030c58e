/**
 * In which order a person sees the responses of a ranking: another for everybody, so that no response gains by its place, and for one
 * person always the same, so that a reload moves nothing and the answer can be read back. Pure.
 */
import { createRng } from '@/lib/rng';

/** The task's responses in the order in which they are shown, as places in the task's list. */
export const shownOrder = (of: { taskId: string; userId: string }, count: number): number[] =>
  createRng(0)
    .fork(`${of.taskId} ${of.userId}`)
    .shuffle(Array.from({ length: count }, (_, place) => place));

/** What was said of the responses as shown, said of them as they stand on the task. */
export function asOnTask<T>(values: T[], order: number[]): T[] {
  const result: T[] = [];
  order.forEach((place, shown) => (result[place] = values[shown]!));
  return result;
}
