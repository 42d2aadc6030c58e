/** Stages as the trainer takes and does them, without computing anything. */
import path from 'node:path';
import { pool, transaction } from '@/db/client';
import { findProject } from '@/db/queries/projects';
import { upsertPrompts } from '@/db/queries/prompts';
import { fillProject } from '@/lib/projects/fill-project';
import { settingsOf } from '@/lib/projects/settings';
import { toNewPrompt } from '@/lib/prompts/split';
import type { Actor } from '@/lib/auth/actor';
import { claimJob } from '@/lib/jobs/claim-job';
import { finishJob } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import type { Job } from '@/lib/jobs/job';
import { identified, recordCheckpoint, recordSamples } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { startRound } from '@/lib/rounds/start-round';
import type { StageInput } from '@/lib/training/contract';

export async function cancelAll(): Promise<void> {
  await pool().query(`update jobs set state = 'cancelled' where state in ('queued', 'running')`);
  await pool().query(`update rounds set state = 'cancelled' where state = 'running'`);
}

export const claim = (workerId = 'w') => claimJob({ workerId });
export const silence = (job: Job) => pool().query(`update jobs set lease_until = now() - interval '1 second' where id = $1`, [job.id]);
export const checkpoint = (job: Job, kind: 'sft' | 'reward' | 'policy' | 'resume', step = 1) =>
  recordCheckpoint(job, { kind, step, folder: path.join(stageFolder(job.id), `${kind}-${step}`), sha256: 'a'.repeat(64), bytes: 5 });
export const stateOf = async (job: Job): Promise<string> =>
  (await pool().query('select state from jobs where id = $1', [job.id])).rows[0].state;

/** Does a whole stage as the trainer would. */
export async function run(job: Job): Promise<StageInput> {
  const input = await stageInput(job);
  if (input.stage === 'sample') {
    const decoding = { temperature: 1, topK: 0, topP: 1, maxNewTokens: 8, seed: 1 };
    const samples = input.policies.flatMap(({ checkpointId, samplesPerPrompt, samplesByPrompt }) =>
      input.prompts.flatMap(({ promptId }) =>
        Array.from({ length: samplesByPrompt?.[promptId] ?? samplesPerPrompt }, (_, i) => ({
          promptId,
          checkpointId,
          decoding,
          text: `${checkpointId} ${i}`,
          isTruncated: i === 1,
          tokenCount: 3,
        })),
      ),
    );
    await recordSamples(job, identified(samples));
  } else await checkpoint(job, input.stage === 'ppo' || input.stage === 'dpo' ? 'policy' : input.stage);
  await finishJob(job, { state: 'succeeded' });
  return input;
}

export async function runRound(admin: Actor, projectId: string, config?: object): Promise<{ roundId: string; inputs: StageInput[] }> {
  const { roundId } = await startRound(admin, { projectId, seed: 3, config });
  const inputs: StageInput[] = [];
  for (let job = await claim(); job; job = await claim()) inputs.push(await run(job));
  return { roundId, inputs };
}

/** As an import does. */
export const addPrompts = (projectId: string, texts: string[]) =>
  transaction(async (tx) => {
    const rows = texts.map((text) => toNewPrompt(text, { heldOutFraction: 0, source: 'test', isSampled: true }));
    await upsertPrompts(tx, projectId, rows);
    await fillProject(tx, projectId, settingsOf((await findProject(tx, { id: projectId }))!.settings));
  });
