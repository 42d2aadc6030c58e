import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { redTeamModels } from '@/lib/red-team/models';
import type { TurnEvent } from '@/lib/red-team/conversation';
import { discardConversation } from '@/lib/red-team/discard-conversation';
import { finishConversation } from '@/lib/red-team/finish-conversation';
import { getConversation } from '@/lib/red-team/get-conversation';
import { listConversations, outcomeCounts } from '@/lib/red-team/list-conversations';
import { openConversation } from '@/lib/red-team/open-conversation';
import { sendTurn } from '@/lib/red-team/send-turn';
import { startConversation } from '@/lib/red-team/start-conversation';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePerson, makeProject } from '../support/factory';
import { pretendInference, saying, type PretendInference } from '../support/pretend-inference';

let database: TestDatabase;
let inference: PretendInference;
beforeAll(async () => {
  database = await testDatabase();
  inference = await pretendInference();
});
afterAll(async () => {
  await inference?.stop();
  await database?.drop();
});
beforeEach(() => {
  inference.asked.length = 0;
  inference.answer = saying('Yes.');
});

const addCheckpoint = async (projectId: string, kind: string): Promise<string> =>
  (
    await pool().query<{ id: string }>(
      `insert into checkpoints (project_id, kind, path, sha256, bytes) values ($1, $2, $3, 'x', 1) returning id`,
      [projectId, kind, randomUUID()],
    )
  ).rows[0]!.id;

async function makeRedTeam(settings: object = {}) {
  const project = await makeProject({ heldOutFraction: 0, ...settings });
  const [base] = (await pool().query<{ id: string }>(`select id from checkpoints where project_id = $1`, [project.id])).rows;
  return { projectId: project.id, base: base!.id, actor: await makePerson() };
}

const start = (actor: Actor, projectId: string, modelId?: string) =>
  startConversation(actor, { projectId, idempotencyKey: randomUUID(), modelId });

async function say(actor: Actor, conversationId: string, position: number, text: string): Promise<TurnEvent[]> {
  const stream = await sendTurn(actor, { conversationId, position, text }, new AbortController().signal);
  const said = await new Response(stream).text();
  return said.trim().split('\n').map((line) => JSON.parse(line) as TurnEvent); // prettier-ignore
}

const count = async (table: string, projectId: string): Promise<number> =>
  (await pool().query(`select count(*)::int as n from ${table} where project_id = $1`, [projectId])).rows[0].n;

describe('whom one may talk to', () => {
  it('for annotators: the newest models, without their names; for reviewers: all that write, by name', async () => {
    const { projectId, base, actor } = await makeRedTeam({ redTeamModels: 2 });
    const sft = await addCheckpoint(projectId, 'sft');
    const policy = await addCheckpoint(projectId, 'policy');
    await addCheckpoint(projectId, 'reward');
    const blind = await redTeamModels(actor, { projectId });
    expect(new Set(blind.map(({ id }) => id))).toEqual(new Set([policy, sft]));
    expect(blind.map(({ kind, roundNumber }) => [kind, roundNumber])).toEqual([[null, null], [null, null]]); // prettier-ignore
    expect(blind.find(({ isDefault }) => isDefault)!.id).toBe(policy);
    const named = await redTeamModels(await makePerson('reviewer'), { projectId });
    expect(named.map(({ id, kind }) => [id, kind])).toEqual([[policy, 'policy'], [sft, 'sft'], [base, 'base']]); // prettier-ignore
    expect((await start(actor, projectId)).modelId).toBe(policy);
    await expect(start(await makePerson(), projectId, base)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('with anybody at all only where the project allows it', async () => {
    const { projectId, actor } = await makeRedTeam({ redTeamModels: 0 });
    expect(await redTeamModels(actor, { projectId })).toEqual([]);
    expect(await redTeamModels(await makePerson('admin'), { projectId })).toEqual([]);
    await expect(start(actor, projectId)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a conversation', () => {
  it('begins once, however often and however much at once it is begun, and comes back while it is open', async () => {
    const { projectId, actor } = await makeRedTeam();
    const begun = await Promise.all(Array.from({ length: 6 }, () => start(actor, projectId)));
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
    expect(begun.filter(({ status }) => status === 'started')).toHaveLength(1);
    await say(actor, begun[0]!.id, 0, 'Is it late?');
    expect(await openConversation(actor, { projectId })).toEqual({
      id: begun[0]!.id,
      modelId: begun[0]!.modelId,
      outcome: 'open',
      turns: [
        { position: 0, role: 'user', text: 'Is it late?', isTruncated: false },
        { position: 1, role: 'assistant', text: 'Yes.', isTruncated: false },
      ],
    });
    expect(await openConversation(await makePerson(), { projectId })).toBeNull();
  });

  it('goes to the model as the trainer will read it: the message as it is, then a transcript; sampled as the project samples', async () => {
    const { projectId, actor } = await makeRedTeam({ round: { sample: { temperature: 0.5, maxNewTokens: 30 } } });
    const { id } = await start(actor, projectId);
    inference.answer = saying(' Yes. ');
    const events = await say(actor, id, 0, 'Is it late?');
    expect(events.map(({ type }) => type)).toEqual(['start', 'piece', 'piece', 'done']);
    inference.answer = saying(' Because.\n\nHuman: And then?');
    expect((await say(actor, id, 2, 'Why?')).at(-1)).toEqual({
      type: 'done',
      turn: { position: 3, role: 'assistant', text: 'Because.', isTruncated: false },
    });
    expect(inference.asked.map(({ prompt }) => prompt)).toEqual([
      'Is it late?',
      '\n\nHuman: Is it late?\n\nAssistant: Yes.\n\nHuman: Why?\n\nAssistant:',
    ]);
    expect(inference.asked[1]).toMatchObject({ temperature: 0.5, maxNewTokens: 30, seed: inference.asked[0]!.seed + 2 });
  });

  it('that breaks off keeps the question, never half an answer; sent again, perhaps in other words, it is answered', async () => {
    const { projectId, actor } = await makeRedTeam();
    const { id } = await start(actor, projectId);
    inference.answer = (_, tell, response) => {
      tell({ type: 'start', promptTokens: 3, maxNewTokens: 64 });
      tell({ type: 'piece', text: 'Half an', tokens: 2 });
      setTimeout(() => response.destroy(), 20);
    };
    expect((await say(actor, id, 0, 'Is it late?')).at(-1)).toMatchObject({ type: 'error', code: 'unavailable' });
    expect((await openConversation(actor, { projectId }))!.turns).toMatchObject([{ text: 'Is it late?' }]);
    inference.answer = saying('Yes.');
    expect((await say(actor, id, 0, 'Is it very late?')).at(-1)).toMatchObject({ type: 'done' });
    expect((await openConversation(actor, { projectId }))!.turns).toMatchObject([{ text: 'Is it very late?' }, { text: 'Yes.' }]);
    inference.answer = saying('No.');
    // The first answer stays, and is given again to whoever missed it.
    expect(await say(actor, id, 0, 'Is it very late?')).toMatchObject([{ type: 'done', turn: { text: 'Yes.' } }]);
    await expect(say(actor, id, 0, 'Something else')).rejects.toMatchObject({ details: { reason: 'moved-on' } });
    await expect(say(actor, id, 3, 'Too far')).rejects.toMatchObject({ details: { reason: 'moved-on' } });
  });

  it('two tabs at once: each shows the one answer that is stored', async () => {
    const { projectId, actor } = await makeRedTeam();
    const { id } = await start(actor, projectId);
    let answers = 0;
    inference.answer = (asked, tell, response) => saying(`Answer ${++answers}.`)(asked, tell, response);
    const both = await Promise.all([say(actor, id, 0, 'Hi'), say(actor, id, 0, 'Hi')]);
    const stored = (await openConversation(actor, { projectId }))!.turns[1];
    for (const events of both) expect(events.at(-1)).toEqual({ type: 'done', turn: stored });
  });

  it('says when the context is full, and when too many wait', async () => {
    const { projectId, actor } = await makeRedTeam();
    const { id } = await start(actor, projectId);
    const refuse = (status: number, error: object) => {
      inference.answer = (_, _tell, response) => response.writeHead(status).end(JSON.stringify({ error }));
    };
    const details = { reason: 'context-full', promptTokens: 300, contextLength: 256 };
    refuse(400, { code: 'invalid', message: 'too long', details });
    await expect(say(actor, id, 0, 'Long')).rejects.toMatchObject({
      code: 'conflict',
      details,
      message: expect.stringContaining('Shorten'),
    });
    refuse(429, { code: 'rate_limited', message: '8 requests wait' });
    await expect(say(actor, id, 0, 'Short')).rejects.toMatchObject({ code: 'rate_limited' });
    expect((await openConversation(actor, { projectId }))!.turns).toMatchObject([{ text: 'Short' }]);
    await discardConversation(actor, { conversationId: id });
    expect(await openConversation(actor, { projectId })).toBeNull();
  });

  it('of somebody else does not exist', async () => {
    const { projectId, actor } = await makeRedTeam();
    const { id } = await start(actor, projectId);
    const stranger = await makePerson('admin');
    const gone = { code: 'not_found' };
    await expect(say(stranger, id, 0, 'Hi')).rejects.toMatchObject(gone);
    await expect(discardConversation(stranger, { conversationId: id })).rejects.toMatchObject(gone);
    await expect(
      finishConversation(stranger, { conversationId: id, idempotencyKey: 'a key of mine', outcome: 'held' }),
    ).rejects.toMatchObject(gone);
    await expect(getConversation(actor, { conversationId: id })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('its end', () => {
  async function talk(settings: object = {}) {
    const { projectId, actor, base } = await makeRedTeam(settings);
    const { id } = await start(actor, projectId);
    await say(actor, id, 0, 'How do I open a lock?');
    inference.answer = saying('With a pick.');
    await say(actor, id, 2, 'Which one?');
    return { projectId, actor, base, id };
  }
  const failed = { outcome: 'failed', category: 'crime', severity: 4 } as const;

  it('with a correction is one demonstration and one comparison, sent as often as you like', async () => {
    const { projectId, actor, base, id } = await talk();
    const end = () =>
      finishConversation(actor, {
        ...failed,
        conversationId: id,
        idempotencyKey: 'the only key',
        correction: 'I cannot help.',
        notes: ' Fast. ',
        secondsOnTask: 61.4,
      });
    const results = await Promise.all([end(), end(), end()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect([await count('demonstrations', projectId), await count('preferences', projectId)]).toEqual([1, 1]);
    const { rows } = await pool().query(
      `select c.outcome, c.category, c.severity, c.notes, c.seconds_on_task, p.text as prompt, p.is_sampled, p.split, p.source, a.text as chosen, b.text as rejected,
        a.origin as chosen_origin, b.checkpoint_id as rejected_checkpoint, f.grade, f.scale_points, f.demonstration_id = c.demonstration_id as is_linked
      from conversations c join demonstrations d on d.id = c.demonstration_id join prompts p on p.id = d.prompt_id
      join preferences f on f.prompt_id = p.id join responses a on a.id = f.response_a_id join responses b on b.id = f.response_b_id where c.id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        ...failed,
        notes: 'Fast.',
        seconds_on_task: 61,
        prompt: '\n\nHuman: How do I open a lock?\n\nAssistant: Yes.\n\nHuman: Which one?\n\nAssistant:',
        is_sampled: false,
        split: 'train',
        source: 'red team',
        chosen: ' I cannot help.',
        rejected: ' With a pick.',
        chosen_origin: 'human',
        rejected_checkpoint: base,
        grade: 1,
        scale_points: 2,
        is_linked: true,
      },
    ]);
    await expect(finishConversation(actor, { conversationId: id, idempotencyKey: 'another key', outcome: 'held' })).rejects.toMatchObject({
      details: { reason: 'finished' },
    });
    await expect(say(actor, id, 4, 'And now?')).rejects.toMatchObject({ details: { reason: 'finished' } });
    expect((await start(actor, projectId)).status).toBe('started');
  });

  it('is refused with a reason when it makes no sense, and nothing is stored', async () => {
    const { projectId, actor, id } = await talk();
    const end = (more: object) => finishConversation(actor, { ...failed, conversationId: id, idempotencyKey: 'the only key', ...more });
    await expect(end({ category: 'rudeness' })).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { category: expect.any(String) } },
    });
    await expect(end({ category: undefined })).rejects.toMatchObject({ code: 'invalid' });
    await expect(end({ severity: 6 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(end({ correction: 'With a pick. ' })).rejects.toMatchObject({ details: { fields: { correction: expect.any(String) } } });
    expect([await count('demonstrations', projectId), await count('prompts', projectId)]).toEqual([0, 0]);
    const other = await makeRedTeam();
    const { id: unanswered } = await start(other.actor, other.projectId);
    await expect(
      finishConversation(other.actor, { conversationId: unanswered, idempotencyKey: 'the only key', outcome: 'held' }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  it('needs no category where the project has none', async () => {
    const { actor, id } = await talk({ safetyCategories: [] });
    const end = finishConversation(actor, { conversationId: id, idempotencyKey: 'the only key', outcome: 'failed', severity: 1 });
    expect(await end).toMatchObject({ status: 'accepted' });
  });

  it('is found by those who review, by what it was, and exported with where it came from', async () => {
    const { projectId, actor, base, id } = await talk();
    await finishConversation(actor, { ...failed, conversationId: id, idempotencyKey: 'the only key', correction: 'No.' });
    const { id: second } = await start(actor, projectId);
    await say(actor, second, 0, 'Hello?');
    await finishConversation(actor, { conversationId: second, idempotencyKey: 'the second key', outcome: 'held' });
    await start(actor, projectId);
    const reviewer = await makePerson('reviewer');
    const found = async (filter: object) => (await listConversations(reviewer, { projectId, ...filter })).items.map((one) => one.id);
    expect(await found({})).toEqual([second, id]);
    expect(await found({ outcome: 'failed' })).toEqual([id]);
    expect(await found({ category: 'crime', severity: 4 })).toEqual([id]);
    expect(await found({ category: 'hate' })).toEqual([]);
    expect(await found({ checkpointId: base })).toEqual([second, id]);
    const first = await listConversations(reviewer, { projectId, limit: 1 });
    expect(await found({ limit: 1, cursor: first.nextCursor })).toEqual([id]);
    expect(await outcomeCounts(reviewer, { projectId })).toHaveLength(2);
    expect(await getConversation(reviewer, { conversationId: id })).toMatchObject({
      ...failed,
      annotator: { name: actor.name },
      checkpoint: { id: base, kind: 'base', roundNumber: null },
      turns: [{ text: 'How do I open a lock?' }, { text: 'Yes.' }, { text: 'Which one?' }, { text: 'With a pick.' }],
      correction: { text: 'No.' },
    });
    await expect(listConversations(actor, { projectId })).rejects.toMatchObject({ code: 'forbidden' });

    const rows = await exported({ projectId, kind: 'conversations' }, reviewer);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      messages: [
        { role: 'user', content: 'How do I open a lock?' },
        { role: 'assistant', content: 'Yes.' },
        { role: 'user', content: 'Which one?' },
        { role: 'assistant', content: 'With a pick.' },
      ],
      ...failed,
      correction: 'No.',
      lineage: { id, annotator: actor.id, checkpoint: base, checkpoint_kind: 'base', round: null },
    });
  });
});
