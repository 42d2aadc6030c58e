/**
 * Keeps figures that take a while, until an answer comes in, a person is deleted, or five minutes are over; whoever asks meanwhile waits for the same computation.
 * In the process's memory, and little of it: a second web process computes its own.
 */
import { db } from '@/db/client';
import { newestAnswers } from '@/db/queries/judgements';

type Kept = { mark: string; until: number; figures: Promise<unknown> };
const shared = globalThis as { heedReports?: Map<string, Kept> };

const mostKept = 64;
const keptMs = 5 * 60_000;

/** @param input what the figures depend on besides the answers */
export async function cached<I extends { projectId: string }, T>(name: string, input: I, compute: (input: I) => Promise<T>): Promise<T> {
  const reports = (shared.heedReports ??= new Map());
  const key = `${name} ${JSON.stringify(input)}`;
  const mark = await newestAnswers(db(), input.projectId);
  const kept = reports.get(key);
  if (kept?.mark === mark && kept.until > Date.now()) return kept.figures as Promise<T>;
  const figures = compute(input);
  reports.delete(key);
  reports.set(key, { mark, until: Date.now() + keptMs, figures });
  figures.catch(() => reports.delete(key));
  for (const oldest of [...reports.keys()].slice(0, Math.max(0, reports.size - mostKept))) reports.delete(oldest);
  return figures;
}
