/** Simulated annotators: they take tasks one by one through /api/v1, as the pages do, and answer by a taste that training never sees. */
import { randomUUID } from 'node:crypto';
import type { TaskKind } from '@/db/enums';
import { judge, rank, writeDemonstration } from '@/lib/demo/annotator';
import type { Claim } from '@/lib/tasks/claim';
import type { Rng } from '@/lib/rng';
import type { Client } from './client';

export type Annotator = { client: Client; rng: Rng };

/** They share the work until `wanted` answers are given or nothing is left. @returns how many were given */
export async function labelTogether(annotators: Annotator[], project: string, kind: TaskKind, wanted: number): Promise<number> {
  let taken = 0;
  let given = 0;
  const work = async (annotator: Annotator) => {
    while (taken < wanted) {
      taken++;
      const claim = await annotator.client.post<Claim>(`/api/v1/projects/${project}/claims`, { kind });
      if (!claim) return;
      await answer(annotator, claim);
      given++;
    }
  };
  await Promise.all(annotators.map(work));
  return given;
}

async function answer({ client, rng }: Annotator, { lease, task, compare, rank: ranking }: Claim): Promise<void> {
  const prompt = task.prompt.text;
  const idempotencyKey = randomUUID();
  if (compare) {
    const judgement = judge(prompt, compare.left.text, compare.right.text, rng);
    const grade = judgement.isBothBad ? 0 : judgement.grade;
    await client.post(`/api/v1/leases/${lease.id}/preference`, { idempotencyKey, ...judgement, grade, scalePoints: 7 });
  } else if (ranking) {
    const texts = ranking.responses.map(({ text }) => text);
    await client.post(`/api/v1/leases/${lease.id}/ranking`, { idempotencyKey, ranks: rank(prompt, texts, rng) });
  } else {
    await client.post(`/api/v1/leases/${lease.id}/demonstration`, { idempotencyKey, text: writeDemonstration(prompt, rng) });
  }
}
