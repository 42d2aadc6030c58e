/** What a round gives its stages to train on and to measure with. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { recordStageSamples, reportMetrics } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { getPrompt } from '@/lib/prompts/get-prompt';
import { listPrompts } from '@/lib/prompts/list-prompts';
import { getRound } from '@/lib/rounds/get-round';
import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { listRounds } from '@/lib/rounds/list-rounds';
import { stageSamplesOf } from '@/lib/rounds/round-samples';
import { startRound } from '@/lib/rounds/start-round';
import type { StageInput } from '@/lib/training/contract';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { addPrompts, cancelAll, claim, run, runRound } from '../support/stages';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-round-inputs-'));
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());
beforeEach(cancelAll);

describe('a round', () => {
  it('hands every stage what it needs, through to comparisons of the new policy', async () => {
    const { id } = await makeReadyProject();
    const { roundId, inputs } = await runRound(admin, id);
    const [sft, reward, ppo, sample] = inputs as [StageInput, StageInput, StageInput, StageInput];
    expect(inputs.map((input) => [input.stage, input.seed])).toEqual([
      ['sft', 3],
      ['reward', 3],
      ['ppo', 3],
      ['sample', 3],
    ]);
    if (sft.stage !== 'sft' || reward.stage !== 'reward' || ppo.stage !== 'ppo' || sample.stage !== 'sample')
      throw new Error('wrong order');
    expect(sft.modelFolder).toMatch(/trainer\/base-model$/);
    expect(sft.demonstrations).toHaveLength(3);
    expect(reward.comparisons).toHaveLength(3);
    expect(reward.comparisons[0]).toMatchObject({ chosenShare: 1, grade: 2, responseA: 'Good.', responseB: 'Bad.', isTruncatedA: false });
    expect(reward.modelFolder).toContain('/sft-1');
    expect(reward.referenceDecoding.temperature).toBe(ppo.config.temperature);
    expect(ppo).toMatchObject({ policyFolder: reward.modelFolder, rewardFolder: expect.stringContaining('/reward-1') });
    const { rows: trainPrompts } = await pool().query(`select text from prompts where project_id = $1 and split = 'train'`, [id]);
    expect(new Set(ppo.prompts.map((prompt) => prompt.text))).toEqual(new Set(trainPrompts.map((row) => row.text)));
    expect(sample.policies.map((policy) => policy.samplesPerPrompt)).toEqual([2, 1]);
    expect(sample.policies[1]!.folder).toBe(sft.modelFolder);
    expect(sample.prompts).toHaveLength(24);

    const { rows: heldOut } = await pool().query(
      `select text from prompts where project_id = $1 and split = 'held_out' order by text_hash`,
      [id],
    );
    expect(ppo.evaluation).toMatchObject({
      baseFolder: sft.modelFolder,
      rewardFolder: ppo.rewardFolder,
      prompts: heldOut.map(({ text }) => ({ text })),
      decoding: { seed: 0, maxNewTokens: ppo.config.responseLength },
    });
    expect([sft.evaluation?.rewardFolder, reward.evaluation?.prompts]).toEqual([null, ppo.evaluation!.prompts]);

    const round = await getRound(admin, { roundId });
    expect(round).toMatchObject({ state: 'succeeded', demonstrations: 3, comparisons: 3 });
    const { rows } = await pool().query(
      `select t.priority, a.checkpoint_id = $2 as a_is_new, b.checkpoint_id = $2 as b_is_new, a.decoding->>'temperature' as temperature, count(*)::int as n
       from tasks t join responses a on a.id = t.response_a_id join responses b on b.id = t.response_b_id where t.round_id = $1 group by 1, 2, 3, 4 order by 3`,
      [roundId, sample.policies[0]!.checkpointId],
    );
    expect(rows).toEqual([
      { priority: 1, a_is_new: true, b_is_new: false, temperature: '1', n: 24 },
      { priority: 1, a_is_new: true, b_is_new: true, temperature: '1', n: 24 },
    ]);
    expect((await listRounds(admin, { projectId: id })).items).toMatchObject([{ number: 1, progress: 1, stage: 'sample' }]);
    expect((await listCheckpoints(admin, { projectId: id })).items.map((one) => one.kind)).toEqual(['policy', 'reward', 'sft', 'base']);
    const [prompt] = (await listPrompts(admin, { projectId: id, search: 'QUESTION 7?' })).items;
    const detail = await getPrompt(admin, { promptId: prompt!.id });
    expect(
      detail.responses.filter((response) => response.checkpoint?.kind === 'policy' && response.checkpoint.roundNumber === 1),
    ).toHaveLength(2);
    await expect(getPrompt(await makePerson(), { promptId: prompt!.id })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('compares policies with their SFT policy, and has every new reward model judge the rounds before', async () => {
    const { id } = await makeReadyProject();
    const answer = { prompt: 'Why?', response: 'Because.', isTruncated: false };
    const rounds = async () => (await listRounds(admin, { projectId: id })).items.map(({ number, reward }) => ({ number, reward }));
    /** Up to the policy's evaluation; gives what reward model and policy are measured with. */
    const half = async (sftScore: number, policyScore: number, ofEarlier: Record<string, number>) => {
      await startRound(admin, { projectId: id });
      await run((await claim())!);
      const reward = (await claim())!;
      const asked = (await stageInput(reward)).evaluation!.earlier;
      await recordStageSamples(reward, [{ ...answer, score: sftScore }]);
      await reportMetrics(reward, { step: 3, values: { 'eval/reward': sftScore, ...ofEarlier } });
      await run(reward);
      const policy = (await claim())!;
      const { sftSamples } = (await stageInput(policy)).evaluation!;
      await recordStageSamples(policy, Array(9).fill({ ...answer, score: policyScore }));
      await reportMetrics(policy, { step: 3, values: { 'eval/reward': policyScore, 'eval/win_rate_over_sft': 0.75 } });
      await run(policy);
      await run((await claim())!);
      return { asked, sftSamples };
    };
    expect(await half(0.25, 1.5, {})).toEqual({ asked: [], sftSamples: [{ ...answer, score: 0.25 }] });
    expect(await rounds()).toEqual([{ number: 1, reward: { value: 1.5, judge: 1 } }]);
    const { asked, sftSamples } = await half(-0.5, 0.75, { 'eval/reward/round/1': 0.5 });
    // All of them, not only those that people are shown.
    expect(asked).toEqual([{ round: 1, samples: Array(9).fill({ ...answer, score: 1.5 }) }]);
    expect(sftSamples).toEqual([{ ...answer, score: -0.5 }]);
    expect(await rounds()).toEqual([
      { number: 2, reward: { value: 0.75, judge: 2 } },
      { number: 1, reward: { value: 0.5, judge: 2 } },
    ]);
    await half(0, 1, { 'eval/reward/round/1': 0.25, 'eval/reward/round/2': 0.125 });
    expect((await rounds()).map(({ reward }) => reward)).toEqual([
      { value: 1, judge: 3 },
      { value: 0.125, judge: 3 },
      { value: 0.25, judge: 3 },
    ]);
    const shown = await stageSamplesOf(admin, { roundId: (await listRounds(admin, { projectId: id })).items[0]!.id });
    expect(shown.filter(({ stage }) => stage === 'ppo')).toHaveLength(8);
  });

  it('goes through DPO where it is asked to, from the same comparisons', async () => {
    const { id } = await makeReadyProject();
    const { roundId, inputs } = await runRound(admin, id, { policyOptimizer: 'dpo', dpo: { beta: 0.3 } });
    expect(inputs.map(({ stage }) => stage)).toEqual(['sft', 'reward', 'dpo', 'sample']);
    const [, reward, dpo, sample] = inputs;
    if (reward?.stage !== 'reward' || dpo?.stage !== 'dpo' || sample?.stage !== 'sample') throw new Error('wrong order');
    expect(dpo).toMatchObject({ policyFolder: reward.modelFolder, comparisons: reward.comparisons, config: { beta: 0.3 } });
    const round = await getRound(admin, { roundId });
    expect(round).toMatchObject({ state: 'succeeded', config: { policyOptimizer: 'dpo' } });
    expect(sample.policies[0]!.checkpointId).toBe(round.checkpoints.find((one) => one.kind === 'policy')!.id);
    expect((await listRounds(admin, { projectId: id })).items).toMatchObject([{ progress: 1 }]);
  });

  it('may go on from the last one’s policy, near its own SFT model', async () => {
    const { id } = await makeReadyProject();
    const ppoOf = ({ inputs }: { inputs: StageInput[] }) => {
      const ppo = inputs.find((input) => input.stage === 'ppo');
      if (ppo?.stage !== 'ppo') throw new Error('no PPO');
      return ppo;
    };
    const goOn = { ppo: { startFrom: 'previous' } };
    const first = await runRound(admin, id, goOn);
    expect(ppoOf(first)).toMatchObject({ policyFolder: expect.stringContaining('/sft-1') });
    expect(ppoOf(first).referenceFolder).toBeUndefined();

    const second = await runRound(admin, id, goOn);
    const sample = first.inputs.at(-1)!;
    if (sample.stage !== 'sample') throw new Error('wrong order');
    const { policyFolder, referenceFolder, recordedHashes } = ppoOf(second);
    expect(policyFolder).toBe(sample.policies[0]!.folder);
    expect(referenceFolder).toContain('/sft-1');
    expect(Object.keys(recordedHashes!)).toEqual(expect.arrayContaining([policyFolder, referenceFolder]));
    expect(ppoOf(await runRound(admin, id)).referenceFolder).toBeUndefined();
  });

  it('freezes its labels: what comes later is for the next one', async () => {
    const { id } = await makeReadyProject();
    await startRound(admin, { projectId: id });
    await pool().query(
      `insert into demonstrations (project_id, prompt_id, response_id, idempotency_key) select project_id, prompt_id, response_id, 'later' from demonstrations where project_id = $1 limit 1`,
      [id],
    );
    const input = await stageInput((await claim())!);
    expect(input.stage === 'sft' && input.demonstrations).toHaveLength(3);
  });

  it('freezes its prompts, too, and draws them in one order', async () => {
    const { id } = await makeReadyProject();
    await startRound(admin, { projectId: id, seed: 3 });
    await addPrompts(
      id,
      Array.from({ length: 20 }, (_, i) => `Later ${i}?`),
    );
    await run((await claim())!);
    const reward = await run((await claim())!);
    const job = (await claim())!;
    const ppo = await stageInput(job);
    if (reward.stage !== 'reward' || ppo.stage !== 'ppo') throw new Error('wrong order');
    expect(ppo.prompts.length).toBeGreaterThan(0);
    expect(ppo.prompts.filter((prompt) => prompt.text.startsWith('Later'))).toEqual([]);
    expect(ppo.prompts).toEqual(reward.referencePrompts);
    expect(await stageInput(job)).toEqual(ppo);
  });

  it('leaves out pairs that are both bad, and ties are half and half', async () => {
    const { id } = await makeReadyProject();
    const { rows } = await pool().query('select id from preferences where project_id = $1', [id]);
    await pool().query('update preferences set grade = 0, is_both_bad = true where id = $1', [rows[0].id]);
    await pool().query('update preferences set grade = 0 where id = $1', [rows[1].id]);
    await pool().query('update preferences set grade = -3 where id = $1', [rows[2].id]);
    await startRound(admin, { projectId: id });
    await run((await claim())!);
    const input = await stageInput((await claim())!);
    expect(
      input.stage === 'reward' &&
        input.comparisons.map(({ chosenShare, grade }) => ({ chosenShare, grade })).sort((a, b) => a.grade - b.grade),
    ).toEqual([
      { chosenShare: 0.5, grade: 0 },
      { chosenShare: 0, grade: 3 },
    ]);
  });
});
