/**
 * Starts a round: freezes the labels, the prompts, the settings, the seed and the revision of the code, and queues the first stage, all in
 * one transaction. One round at a time per project.
 */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { transaction } from '@/db/client';
import { insertJob } from '@/db/queries/jobs';
import { lockProject } from '@/db/queries/projects';
import { currentPolicy, insertRound, insertSnapshot } from '@/db/queries/rounds';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { codeRevision } from '@/lib/code-revision';
import { refusal } from '@/lib/refusals';
import { mergeDeep, type DeepPartial } from '@/lib/merge-deep';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { roundConfigSchema, type RoundConfig } from '@/lib/training/hyperparameters';
import { presetNames, withPreset, type PresetName } from '@/lib/training/presets';
import { readReadiness } from './readiness';

export const roundRequestSchema = z.object({
  /** Any part of the round's settings; the rest comes from the preset, then from the project. */
  config: z.record(z.string(), z.unknown()).default({}),
  preset: z.enum(presetNames).optional(),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
});
const startRoundSchema = roundRequestSchema.extend({ projectId: z.uuid() });
export type StartRound = { projectId: string; config?: DeepPartial<RoundConfig>; preset?: PresetName; seed?: number };

/** @throws HeedError invalid when something is missing, with `details.readiness`; conflict when a round runs */
export async function startRound(actor: Actor, input: StartRound): Promise<{ roundId: string; number: number }> {
  mustBeAble(actor, 'round.manage');
  const { projectId, config: changes, preset, seed = randomInt(2 ** 31) } = parse(startRoundSchema, input);
  try {
    return await transaction(async (tx) => {
      const project = await lockProject(tx, projectId);
      if (!project) throw refusal('no-such-project');
      const own = settingsOf(project.settings).round;
      const config = parse(roundConfigSchema, mergeDeep(preset ? withPreset(own, preset) : own, changes));
      const readiness = await readReadiness(tx, projectId);
      if (!readiness.isReady) throw refusal('not-ready', { readiness });
      const snapshot = await insertSnapshot(tx, projectId);
      const previous = await currentPolicy(tx, projectId);
      const round = await insertRound(tx, {
        projectId,
        snapshotId: snapshot.id,
        config,
        seed,
        codeRevision: codeRevision(),
        previousPolicyId: previous?.id,
        startedBy: userIdOf(actor),
      });
      await insertJob(tx, { projectId, roundId: round.id, stage: 'sft', config: config.sft });
      await audit(tx, actor, 'round.start', round.id, { number: round.number, seed, ...snapshot });
      return { roundId: round.id, number: round.number };
    });
  } catch (cause) {
    if (!isUniqueViolation(cause, 'rounds_one_running_per_project')) throw cause;
    throw refusal('round-running', {}, { cause });
  }
}
