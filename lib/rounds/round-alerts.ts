/** What the watch has raised in a round. */
import type { AlertSeverity, Stage } from '@/db/enums';
import { db } from '@/db/client';
import { alertsOfRound } from '@/db/queries/alerts';
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

/** Gravest first. */
export const readAlerts = async (roundId: string): Promise<AlertView[]> =>
  (await alertsOfRound(db(), roundId)).map((row) => ({ ...row, evidence: evidenceSchema.parse(row.evidence) }));
