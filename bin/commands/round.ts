/** `heed round`: starts rounds, follows and shows them. */
import path from 'node:path';
import { systemActor } from '@/lib/auth/actor';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import { getProject, projectIdOf } from '@/lib/projects/get-project';
import { getRound } from '@/lib/rounds/get-round';
import { listRounds } from '@/lib/rounds/list-rounds';
import type { RoundDetail } from '@/lib/rounds/round';
import { metricsOf } from '@/lib/rounds/round-metrics';
import { startRound } from '@/lib/rounds/start-round';
import type { PresetName } from '@/lib/training/presets';
import { keepRunning, type Running } from '../keep-running';
import { print, table } from '../output';
import { pause, stopSignal } from '../stop-signal';

const pollSeconds = 1;
/** A trainer that runs takes a stage at once. */
const patienceSeconds = 5;

export type StartRound = { project: string; set?: string[]; preset?: PresetName; seed?: number; wait?: boolean; json?: boolean };

export async function startRoundCommand({ project, set = [], preset, seed, wait, json }: StartRound): Promise<void> {
  const projectId = await projectIdOf(systemActor, project);
  const { roundId, number } = await startRound(systemActor, { projectId, config: settingsOf(set), preset, seed });
  if (!wait) {
    print(json, { roundId, number }, [`Round ${number} is queued for the trainer. Follow it: heed round status --project ${project}`]);
    return;
  }
  const round = await follow(roundId);
  if (json) print(true, await describe(round), []);
  if (round.state === 'running') throw new HeedError('conflict', `Round ${number} is not finished; it goes on whenever a trainer runs.`);
  if (round.state !== 'succeeded')
    throw new HeedError('conflict', `Round ${number} ${round.state}${round.error ? `: ${round.error}` : '.'}`);
  if (!json) console.log(`Round ${number} succeeded.`);
}

/** `ppo.klCoef=0.2`, `policyOptimizer=dpo` and the like, as the record that they spell. */
function settingsOf(assignments: string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [, stage, key, value] = /^(?:(\w+)\.)?(\w+)=(.*)$/s.exec(assignment) ?? [];
    if (!key || value === undefined) {
      throw new HeedError('invalid', `--set ${assignment}: write stage.name=value, e.g. ppo.klCoef=0.2, or policyOptimizer=dpo.`);
    }
    if (!stage) settings[key] = parseValue(value);
    else settings[stage] = { ...(settings[stage] as object), [key]: parseValue(value) };
  }
  return settings;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** To its end or Ctrl+C, with a trainer of its own when nobody else's takes the work. Progress goes to stderr. */
async function follow(roundId: string): Promise<RoundDetail> {
  const stop = stopSignal(process.ppid);
  let trainer: Running | undefined;
  let said = '';
  try {
    for (let waited = 0; ; waited += pollSeconds) {
      const round = await getRound(systemActor, { roundId });
      const line = progressLine(round);
      if (line !== said) console.error((said = line));
      if (round.state !== 'running' || stop.aborted) return round;
      if (!trainer && waited >= patienceSeconds && round.stages.every((stage) => stage.state === 'queued')) trainer = startTrainer();
      await pause(pollSeconds * 1000, stop);
    }
  } finally {
    await trainer?.stop();
  }
}

function startTrainer(): Running {
  const { root, dataFolder } = env();
  const logFolder = path.join(dataFolder, 'logs');
  console.error(`No trainer is running, so this command runs one. Its log: ${path.join(logFolder, 'trainer.log')}`);
  return keepRunning({
    name: 'trainer',
    args: ['.build/trainer.js'],
    cwd: root,
    logFolder,
    env: { ...process.env, HEED_DATA: dataFolder },
  });
}

const percent = (progress: number) => `${Math.floor(progress * 20) * 5} %`;

function progressLine({ number, state, stages }: RoundDetail): string {
  const parts = stages.map((stage) =>
    stage.state === 'running' ? `${stage.stage} ${percent(stage.progress)}` : `${stage.stage} ${stage.state}`,
  );
  return `Round ${number} ${state}: ${parts.join(', ')}`;
}

export async function roundStatusCommand({ project, round, json }: { project: string; round?: number; json?: boolean }): Promise<void> {
  const { id: projectId } = await getProject(systemActor, project);
  const { items } = await listRounds(systemActor, { projectId, limit: 200 });
  const chosen = round === undefined ? items[0] : items.find((one) => one.number === round);
  if (!chosen) {
    const what = items[0]
      ? `no round ${round}; its newest is ${items[0].number}.`
      : `no round yet. Start one: heed round start --project ${project}`;
    throw new HeedError('not_found', `Project "${project}" has ${what}`);
  }
  const detail = await describe(await getRound(systemActor, { roundId: chosen.id }));
  print(json, detail, [
    `Round ${detail.number} of "${project}": ${detail.state}${detail.error ? `: ${detail.error}` : ''}`,
    ...table(
      ['STAGE', 'STATE', 'PROGRESS'],
      detail.stages.map((stage) => [stage.stage, stage.state, percent(stage.progress)]),
    ),
    ...table(
      ['METRIC', 'STAGE', 'STEP', 'VALUE'],
      detail.metrics.map((metric) => [metric.key, metric.stage, metric.step, Number(metric.value.toPrecision(5))]),
    ),
  ]);
}

/** The round with the newest value of each metric. */
async function describe(round: RoundDetail) {
  const { id, number, state, error, seed, codeRevision, createdAt, finishedAt, checkpoints } = round;
  const stages = round.stages.map(({ stage, state, progress, attempt, error }) => ({ stage, state, progress, attempt, error }));
  const newest = new Map((await metricsOf(systemActor, { roundId: id })).map((metric) => [`${metric.stage} ${metric.key}`, metric]));
  const metrics = [...newest.values()].map(({ stage, key, step, value }) => ({ stage, key, step, value }));
  const folders = checkpoints.map(({ kind, step, path, deletedAt }) => ({ kind, step, path, deletedAt }));
  return { id, number, state, error, seed, codeRevision, createdAt, finishedAt, stages, metrics, checkpoints: folders };
}
