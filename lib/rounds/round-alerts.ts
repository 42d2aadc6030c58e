/** What the watch has raised in a round. */
import { z } from 'zod';
import type { AlertSeverity, Stage } from '@/db/enums';
import { db } from '@/db/client';
import { alertsOfRound } from '@/db/queries/alerts';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { evidenceSchema, type Evidence } from '@/lib/training/watch';

export type AlertView = {
  id: string;
  stage: Stage;
  monitor: string;
  severity: AlertSeverity;
  /** Of the stage's metrics: when it was raised, and what `seen` speaks of. */
  firstStep: number;
  step: number;
  seen: string;
  advice: string;
  evidence: Evidence;
  isHalting: boolean;
  createdAt: Date;
};

export const roundAlertsSchema = z.object({ roundId: z.uuid() });

/** Gravest first. */
export async function alertsOf(actor: Actor, input: z.input<typeof roundAlertsSchema>): Promise<AlertView[]> {
  mustBeAble(actor, 'round.view');
  const { roundId } = parse(roundAlertsSchema, input);
  return readAlerts(roundId);
}

export const readAlerts = async (roundId: string): Promise<AlertView[]> =>
  (await alertsOfRound(db(), roundId)).map((row) => ({ ...row, evidence: evidenceSchema.parse(row.evidence) }));
