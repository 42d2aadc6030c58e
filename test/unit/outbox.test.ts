import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Reply } from '@/app/http';
import { Outbox, type Answer } from '@/app/(work)/outbox';
import { memoryStorage } from '../support/memory-storage';

const reply = (status: number, message = ''): Reply => ({ status, data: null, code: '', message, details: {} });

const open = (options: Omit<ConstructorParameters<typeof Outbox>[0], 'explain'>) =>
  new Outbox({ explain: ({ message }) => message, ...options });

/** A server that answers what `answers` says, in order, and then 200. */
function server(...answers: Reply[]) {
  const sent: string[] = [];
  return { sent, send: async (answer: Answer) => (sent.push(answer.key), answers.shift() ?? reply(200)) };
}

const answer = (key: string, extra: Partial<Answer> = {}): Answer => ({
  key,
  url: `/api/v1/leases/${key}/preference`,
  body: { idempotencyKey: key },
  leaseId: key,
  label: 'Tie',
  holdUntil: Date.now() + 5000,
  ...extra,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an answer is stored at once, held, then sent once and forgotten', async () => {
  const storage = memoryStorage();
  const { sent, send } = server();
  const outbox = open({ userId: 'ada', storage, send });
  const outcome = outbox.add(answer('a'));
  expect(storage.length).toBe(1);
  await vi.advanceTimersByTimeAsync(4900);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual(['a']);
  expect(await outcome).toMatchObject({ type: 'sent' });
  expect(storage.length).toBe(0);
  expect(outbox.snapshot()).toMatchObject({ held: null, waiting: 0, trouble: 'none' });
});

test('an answer that came late has arrived like any other, and the person is told', async () => {
  const late: string[] = [];
  const { send } = server({ ...reply(200), data: { status: 'late' } });
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send, onLate: ({ key }) => late.push(key) });
  const outcome = outbox.add(answer('a', { holdUntil: 0 }));
  expect(await outcome).toMatchObject({ type: 'sent' });
  expect(late).toEqual(['a']);
  void outbox.add(answer('b', { holdUntil: 0 }));
  await vi.advanceTimersByTimeAsync(0);
  expect(late).toEqual(['a']);
});

test('an answer of which another was expected is kept until that is read, over a reload too, and is not sent again', async () => {
  const storage = memoryStorage();
  const check = { isRight: false, expected: 'left', explanation: 'It says so.' };
  const asked = { task: { id: 'task' } } as unknown as Answer['asked'];
  const { sent, send } = server({ ...reply(200), data: { check } }, { ...reply(200), data: { check: { ...check, isRight: true } } });
  const outbox = open({ userId: 'ada', storage, send });
  expect(await outbox.add(answer('a', { holdUntil: 0, asked }))).toEqual({ type: 'sent' });
  expect(await outbox.add(answer('b', { holdUntil: 0, asked }))).toEqual({ type: 'sent' });
  expect(outbox.snapshot()).toMatchObject({ missed: [{ key: 'a', missed: check, asked }], held: null, waiting: 0 });
  expect(outbox.isPending('a')).toBe(false);
  const reloaded = open({ userId: 'ada', storage, send });
  await reloaded.flush();
  expect(sent).toEqual(['a', 'b']);
  expect(reloaded.snapshot().missed).toHaveLength(1);
  reloaded.dismiss('a');
  expect(reloaded.snapshot().missed).toEqual([]);
  expect(storage.length).toBe(0);
});

test('undo takes back the held answer, and nothing is sent', async () => {
  const storage = memoryStorage();
  const { sent, send } = server();
  const outbox = open({ userId: 'ada', storage, send });
  const outcome = outbox.add(answer('a'));
  expect(outbox.undo()?.key).toBe('a');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
  expect(await outcome).toEqual({ type: 'withdrawn' });
  expect(storage.length).toBe(0);
  expect(outbox.undo()).toBeNull();
});

test('the next answer sends the one before, which can no longer be taken back', async () => {
  const { sent, send } = server();
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send });
  void outbox.add(answer('a'));
  void outbox.add(answer('b'));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(['a']);
  expect(outbox.undo()?.key).toBe('b');
});

test('without a connection it is kept, says so, and goes out under the same key when the connection is back', async () => {
  const storage = memoryStorage();
  const { sent, send } = server(reply(0), reply(503));
  const outbox = open({ userId: 'ada', storage, send });
  const outcome = outbox.add(answer('a', { holdUntil: 0 }));
  await vi.advanceTimersByTimeAsync(0);
  expect(await outcome).toEqual({ type: 'waiting' });
  expect(outbox.snapshot()).toMatchObject({ waiting: 1, trouble: 'unreachable' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual(['a', 'a', 'a']);
  expect(storage.length).toBe(0);
  expect(outbox.snapshot()).toMatchObject({ waiting: 0, trouble: 'none' });
});

test('a closed page loses nothing: the next one sends what was left, but only its own person’s', async () => {
  const storage = memoryStorage();
  const gone = open({ userId: 'ada', storage, send: async () => reply(0) });
  void gone.add(answer('a'));
  const other = server();
  await open({ userId: 'grace', storage, send: other.send }).flush();
  expect(other.sent).toEqual([]);
  const { sent, send } = server();
  const next = open({ userId: 'ada', storage, send });
  expect(next.leaseIds()).toEqual(['a']);
  await next.flush();
  expect(sent).toEqual(['a']);
  expect(storage.length).toBe(0);
});

test('leaving the page ends the hold', async () => {
  const { sent, send } = server();
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send });
  void outbox.add(answer('a'));
  await outbox.flush(true);
  expect(sent).toEqual(['a']);
});

test('an expired session keeps the answer', async () => {
  const storage = memoryStorage();
  const outbox = open({ userId: 'ada', storage, send: server(reply(401)).send });
  void outbox.add(answer('a', { holdUntil: 0 }));
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.snapshot().trouble).toBe('signed-out');
  expect(storage.length).toBe(1);
});

test('a refused answer tells whoever waits for it and the person, and is gone', async () => {
  const storage = memoryStorage();
  const onRefused = vi.fn();
  const outbox = open({ userId: 'ada', storage, send: server(reply(409, 'Too late.')).send, onRefused });
  expect(await outbox.add(answer('a', { holdUntil: 0 }))).toEqual({ type: 'refused', message: 'Too late.' });
  expect(onRefused).toHaveBeenCalledOnce();
  expect(outbox.snapshot().refused).toEqual([]);
  expect(storage.length).toBe(0);
});

test('who deals with a refusal has the text: nothing is kept, nobody is told twice', async () => {
  const onRefused = vi.fn();
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send: server(reply(409, 'Too late.')).send, onRefused });
  expect(await outbox.add(answer('a', { writing: 'Dear customer', holdUntil: 0 }), true)).toMatchObject({ type: 'refused' });
  expect(outbox.snapshot().refused).toEqual([]);
  expect(onRefused).not.toHaveBeenCalled();
});

test('a refused answer with writing in it stays, whoever waits for it', async () => {
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send: server(reply(409, 'Too late.')).send });
  expect(await outbox.add(answer('a', { writing: 'Dear customer', holdUntil: 0 }))).toMatchObject({ type: 'refused' });
  expect(outbox.snapshot().refused).toMatchObject([{ writing: 'Dear customer', refusal: 'Too late.' }]);
});

test('writing that is refused after the page moved on is kept until it is dismissed, even over a reload', async () => {
  const storage = memoryStorage();
  const onRefused = vi.fn();
  const outbox = open({ userId: 'ada', storage, send: server(reply(0), reply(409, 'Too late.')).send, onRefused });
  await outbox.add(answer('a', { holdUntil: 0, writing: 'Dear customer' }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onRefused).toHaveBeenCalledOnce();
  const later = open({ userId: 'ada', storage, send: server().send });
  await later.flush();
  expect(later.snapshot().refused).toMatchObject([{ writing: 'Dear customer', refusal: 'Too late.' }]);
  later.dismiss('a');
  expect(storage.length).toBe(0);
});

test('storage that throws does not stop an answer', async () => {
  const { sent, send } = server();
  const broken = {
    ...memoryStorage(),
    length: 0,
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  const outbox = open({ userId: 'ada', storage: broken, send });
  await outbox.add(answer('a', { holdUntil: 0 }));
  expect(sent).toEqual(['a']);
});

test('a question goes at once and leaves what is held, and can be taken back, as it is', async () => {
  const { sent, send } = server(reply(200), reply(0), reply(200));
  const outbox = open({ userId: 'ada', storage: memoryStorage(), send });
  void outbox.add(answer('a'));
  const question = (key: string) => answer(key, { leaseId: undefined, holdUntil: 0, writing: 'What is meant?', isAside: true });
  expect(await outbox.add(question('q'))).toEqual({ type: 'sent' });
  expect(outbox.snapshot()).toMatchObject({ held: { key: 'a' }, delivered: null });
  expect(await outbox.add(question('r'))).toEqual({ type: 'waiting' });
  expect(outbox.snapshot()).toMatchObject({ held: { key: 'a' }, waiting: 0, waitingAsides: 1, trouble: 'unreachable' });
  expect(outbox.undo()).toMatchObject({ key: 'a' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual(['q', 'r', 'r']);
  expect(outbox.snapshot()).toMatchObject({ waitingAsides: 0, trouble: 'none' });
});
