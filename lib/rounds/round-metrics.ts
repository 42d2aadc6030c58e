import { z } from 'zod';
import { db } from '@/db/client';
import { metricsOfRound } from '@/db/queries/metrics';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import type { MetricPoint } from './round';

/** Long runs come in pages: ask on with the last `id` as `afterId`. */
const maxPoints = 50_000;

export const metricsQuerySchema = z.object({ afterId: z.coerce.number().int().min(0).default(0) });
const metricsSchema = metricsQuerySchema.extend({ roundId: z.uuid() });

/** In the order they were reported. */
export async function metricsOf(actor: Actor, input: z.input<typeof metricsSchema>): Promise<MetricPoint[]> {
  mustBeAble(actor, 'round.view');
  const { roundId, afterId } = parse(metricsSchema, input);
  return metricsOfRound(db(), roundId, afterId, maxPoints);
}
