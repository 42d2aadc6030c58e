/**
 * Which overlap a task gets. Those in the share are drawn by a hash of what they show: the same content is drawn the same way everywhere
 * and forever. Pure.
 */
import type { TaskKind } from '@/db/enums';
import { sha256 } from '../prompts/text';
import type { ProjectOverlap, RoundOverlap } from './overlap-settings';

export type Overlap = { base: number; more: number; moreShare: number };

/** What the round says, else the project. */
export function overlapOf(kind: TaskKind, project: ProjectOverlap, round?: RoundOverlap): Overlap {
  const said: Partial<Record<keyof ProjectOverlap, number | null>> = round ?? {};
  const value = (name: keyof ProjectOverlap) => said[name] ?? project[name];
  return { base: value(`${kind}Overlap`), more: value(`${kind}MoreOverlap`), moreShare: value(`${kind}MoreShare`) };
}

/** @param responses the texts that the task shows, in any order */
export function drawOverlap({ base, more, moreShare }: Overlap, kind: TaskKind, promptHash: string, responses: string[] = []): number {
  const hash = sha256(JSON.stringify([kind, promptHash, ...responses.map((text) => text.trim()).sort()]));
  return parseInt(hash.slice(0, 8), 16) / 2 ** 32 < moreShare ? more : base;
}
