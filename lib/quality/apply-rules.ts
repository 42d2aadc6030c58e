/**
 * What follows from an answer for the person who gave it: after a gold answer too few may have been as expected, and after any answer the last
 * ones may have been too fast. Decided in the answer's own transaction, so that claims have only to look. Annotators alone.
 */
import type { Db } from '@/db/client';
import type { HoldLevel } from '@/db/enums';
import { endHolds, findGoldRecord, findPaceRecord, startHold } from '@/db/queries/holds';
import { audit } from '@/lib/audit';
import { systemActor, type Actor } from '@/lib/auth/actor';
import type { HeldLease } from '@/lib/tasks/hold-lease';
import { checkSettingsOf } from './check-settings';
import type { Evidence } from './evidence';
import { goldFinding, paceFinding, paceStep } from './hold-rules';

type Person = { projectId: string; userId: string };

/** Whether the person is paused now: then what they have open is to be given back. */
export async function applyRules(tx: Db, actor: Actor, { projectId, kind, purpose, settings: stored }: HeldLease): Promise<boolean> {
  if (actor.role !== 'annotator') return false;
  const settings = checkSettingsOf(stored);
  const person = { projectId, userId: actor.id };
  if (purpose === 'gold' && settings.goldPauseShare > 0) {
    const finding = goldFinding(await findGoldRecord(tx, person, settings.goldPauseLast), settings);
    if (finding && (await start(tx, person, 'paused', finding))) return true;
  }
  if (settings.speedRule === 'off') return false;
  const { record, isWarned } = await findPaceRecord(tx, { ...person, kind }, settings.speedLast);
  const finding = paceFinding(kind, record, settings);
  const step = paceStep(finding, isWarned, settings.speedRule);
  if (step === 'end-warning') await endHolds(tx, person, null, 'warned');
  if (step === 'warn') await start(tx, person, 'warned', finding!);
  return step === 'pause' && start(tx, person, 'paused', finding!);
}

async function start(tx: Db, person: Person, level: HoldLevel, evidence: Evidence): Promise<boolean> {
  const isNew = await startHold(tx, { ...person, level, rule: evidence.rule, evidence, startedBy: null });
  if (isNew) await audit(tx, systemActor, level === 'paused' ? 'hold.pause' : 'hold.warn', person.userId, { ...person, evidence });
  return isNew;
}
