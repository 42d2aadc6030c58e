/** Where hyperparameters come from: the preset for the base model's size, a preset by name, and what a person sets, which wins. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { systemActor } from '@/lib/auth/actor';
import { createProject } from '@/lib/projects/create-project';
import { getProject } from '@/lib/projects/get-project';
import { getRound } from '@/lib/rounds/get-round';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { fakeModels, makeReadyProject } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let made = 0;
async function roundSettings(parameters: number, input: object = {}) {
  const models = { ...fakeModels, inspectModel: async () => ({ ...(await fakeModels.inspectModel()), parameters }) };
  const slug = `preset-${made++}`;
  const project = await createProject(systemActor, { slug, name: slug, baseModel: 'builtin', prompts: ['A prompt.'], ...input }, models);
  return { ...project, settings: (await getProject(systemActor, slug)).settings };
}

describe('a new project', () => {
  it.each([
    [1e6, 'tiny', 5e-4, null, 64],
    [20e6, 'small', 1e-4, null, 64],
    [135e6, 'base', 2e-4, { r: 16, alpha: 32, targetModules: 'all-linear' }, 128],
    [1.5e9, 'large', 1e-4, { r: 16, alpha: 32, targetModules: 'all-linear' }, 256],
  ])('with a base model of %d parameters starts from %s', async (parameters, name, learningRate, lora, length) => {
    const { id, preset, settings } = await roundSettings(parameters);
    expect(preset).toBe(name);
    expect(settings.round.sft).toMatchObject({ learningRate, lora });
    const { rows } = await pool().query(`select config from jobs where project_id = $1 and stage = 'sample'`, [id]);
    expect(rows).toMatchObject([{ config: { maxNewTokens: length } }]);
  });

  it('takes another by name, and what its maker sets wins over both', async () => {
    const { preset, settings } = await roundSettings(135e6, { preset: 'small', settings: { round: { sft: { learningRate: 0.01 } } } });
    expect(preset).toBe('small');
    expect(settings.round.sft).toMatchObject({ learningRate: 0.01, gradientAccumulationSteps: 2, lora: null });
    await expect(roundSettings(1e6, { settings: { round: { ppo: { klCoeff: 1 } } } })).rejects.toThrow(
      /^round\.ppo: There is no klCoeff here\. There are: .*totalEpisodes, .*klCoef, /,
    );
    await expect(roundSettings(1e6, { preset: 'huge' })).rejects.toThrow(/^preset: .*"tiny"\|"small"\|"base"\|"large"/);
  });
});

describe('a round', () => {
  const configOf = async (roundId: string) => (await getRound(systemActor, { roundId })).config;

  it('by a preset keeps what that does not name, and what its starter sets wins', async () => {
    const { id } = await makeReadyProject({ round: { ppo: { klCoef: 0.4, learningRate: 0.5 } } });
    const config = { ppo: { totalEpisodes: 64 }, dpo: { learningRate: 0.25 } };
    const round = await configOf((await startRound(systemActor, { projectId: id, preset: 'base', config })).roundId);
    expect(round.ppo).toMatchObject({ klCoef: 0.4, learningRate: 3e-5, totalEpisodes: 64, gradientAccumulationSteps: 8, lora: { r: 16 } });
    expect(round.dpo).toMatchObject({ learningRate: 0.25, lora: { r: 16 } });
  });

  it.each([
    [{ ppo: { klCoeff: 0.2 } }, /^ppo: There is no klCoeff here\. There are: .*totalEpisodes, .*klCoef, .*lora/],
    [
      { pppo: {} },
      /^There is no pppo here\. There are: policyOptimizer, labels, verdicts, sft, reward, ppo, dpo, sample, overlap, watch\.$/,
    ],
    [{ sft: { lora: { rank: 8 } } }, /^sft\.lora: There is no rank here\. There are: r, alpha, targetModules\.$/],
    [{ ppo: { klCoef: 11 } }, /^ppo\.klCoef: Too big: expected number to be <=10$/],
    [{ ppo: { batchSize: 'many' } }, /^ppo\.batchSize: Invalid input: expected number, received string$/],
    [{ ppo: { numMiniBatches: 65 } }, /^ppo\.numMiniBatches: At most batchSize\./],
    [{ sft: 3 }, /^sft: Invalid input: expected object, received number$/],
  ])('with settings that cannot be: %j', async (config, words) => {
    const { id } = await makeReadyProject();
    await expect(startRound(systemActor, { projectId: id, config: config as object })).rejects.toThrow(words);
    const { rows } = await pool().query('select 1 from rounds where project_id = $1', [id]);
    expect(rows).toEqual([]);
  });
});
