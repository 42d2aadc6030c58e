import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { finishJob } from '@/lib/jobs/finish-job';
import { identified, recordSamples } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { updateSettings } from '@/lib/projects/update-settings';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeProject, makeReadyProject, readTasks } from '../support/factory';
import { addPrompts, cancelAll, claim, run, runRound, silence } from '../support/stages';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-sampling-'));
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());
beforeEach(cancelAll);

describe('sampling', () => {
  it('of a new project pairs the base model with itself; a report sent twice is written once; taken up again, it starts afresh', async () => {
    const { id } = await makeProject(
      { heldOutFraction: 0.25 },
      Array.from({ length: 12 }, (_, i) => `Question ${i}?`),
    );
    const first = (await claim())!;
    const input = await stageInput(first);
    if (input.stage !== 'sample') throw new Error('wrong stage');
    expect(input.policies).toMatchObject([{ samplesPerPrompt: 2 }]);
    const decoding = { temperature: 1, topK: 0, topP: 1, maxNewTokens: 8, seed: 1 };
    const samples = identified([
      {
        promptId: input.prompts[0]!.promptId,
        checkpointId: input.policies[0]!.checkpointId,
        text: 'half\0done',
        decoding,
        isTruncated: false,
        tokenCount: 2,
      },
    ]);
    for (let i = 0; i < 2; i++) await recordSamples(first, samples);
    expect((await pool().query('select 1 from responses where job_id = $1', [first.id])).rowCount).toBe(1);
    await silence(first);
    await run((await claim())!);
    expect((await pool().query('select 1 from responses where project_id = $1', [id])).rowCount).toBe(24);
    expect((await readTasks(id)).filter((task) => task.state === 'open').length).toBeGreaterThanOrEqual(12);
  });

  it('goes on with prompts that come later, as long as no round has run', async () => {
    const { id } = await makeProject({ heldOutFraction: 0, demonstrationTasks: 1 }, ['One?']);
    const first = (await claim())!;
    await updateSettings(admin, { projectId: id, settings: { demonstrationTasks: 1, round: { sample: { numPrompts: 7 } } } });
    expect(await claim()).toBeNull();
    // The first has drawn its prompts: both of these wait for one more.
    expect((await stageInput(first)).stage).toBe('sample');
    await addPrompts(id, ['Two?']);
    await addPrompts(id, ['Three?']);
    await finishJob(first, { state: 'failed', why: { message: 'x' } });
    const input = await stageInput((await claim())!);
    expect(input.stage === 'sample' && input.prompts.map((prompt) => prompt.text).sort()).toEqual(['One?', 'Three?', 'Two?']);
    expect(input.config).toMatchObject({ numPrompts: 7 });
    expect(await claim()).toBeNull();
  });

  it('draws more of the prompts that are ranked, which are not compared besides, and asks for ratings on held-out prompts first', async () => {
    const settings = { heldOutFraction: 0.25, rankTasks: 4, rankSize: 5, rankOverlap: 2, rateTasks: 6, rateOverlap: 3 };
    const { id } = await makeReadyProject(settings);
    const { inputs } = await runRound(admin, id);
    const input = inputs.at(-1)!;
    if (input.stage !== 'sample') throw new Error('wrong order');
    // Four of the new policy, one of the base model.
    expect(Object.values(input.policies[0]!.samplesByPrompt!)).toEqual([4, 4, 4, 4]);
    expect(input.policies[1]!.samplesByPrompt).toBeUndefined();

    const { rows } = await pool().query(
      `select t.kind, t.prompt_id, t.response_ids, t.response_a_id, t.overlap, t.priority, p.split = 'held_out' as is_held_out,
        array(select r.checkpoint_id from responses r where r.id = any(t.response_ids)) as policies
       from tasks t join prompts p on p.id = t.prompt_id where t.project_id = $1 and t.kind <> 'demonstrate'`,
      [id],
    );
    const of = (kind: string) => rows.filter((row) => row.kind === kind);
    expect(
      of('rank')
        .map((row) => row.prompt_id)
        .toSorted(),
    ).toEqual(Object.keys(input.policies[0]!.samplesByPrompt!).toSorted());
    for (const task of of('rank')) {
      expect(task).toMatchObject({ overlap: 2, priority: 1 });
      expect(new Set(task.response_ids).size).toBe(5);
      expect(new Set(task.policies)).toEqual(new Set(input.policies.map(({ checkpointId }) => checkpointId)));
      expect(of('compare').filter((pair) => pair.prompt_id === task.prompt_id)).toEqual([]);
    }
    expect(of('compare').length).toBeGreaterThan(0);
    expect(of('rate')).toHaveLength(6);
    expect(new Set(of('rate').map((row) => row.prompt_id)).size).toBe(6);
    const heldOut = input.prompts.length - new Set(rows.filter((row) => !row.is_held_out).map((row) => row.prompt_id)).size;
    expect(of('rate').filter((row) => row.is_held_out)).toHaveLength(Math.min(6, heldOut));
    for (const task of of('rate')) expect(task).toMatchObject({ overlap: 3, priority: 1, response_a_id: expect.any(String) });
  });

  it('of the next round takes unanswered rankings and ratings of the one before back', async () => {
    const { id } = await makeReadyProject({ rankTasks: 2, rateTasks: 2 });
    const first = await runRound(admin, id);
    await runRound(admin, id);
    const { rows } = await pool().query(
      'select kind, array_agg(distinct state::text) as states from tasks where round_id = $1 group by 1 order by 1',
      [first.roundId],
    );
    expect(rows).toEqual(['compare', 'rank', 'rate'].map((kind) => ({ kind, states: ['withdrawn'] })));
  });
});
