import { expect, test } from 'vitest';
import { readJson } from '@/lib/auth/bounded-body';

const json = { 'content-type': 'application/json' };
const post = (body: RequestInit['body']) =>
  new Request('http://heed.test/', { method: 'POST', headers: json, body, duplex: 'half' } as RequestInit);

test('a body may have so many bytes', async () => {
  expect(await readJson(post('{"a":1}'), 7)).toEqual({ a: 1 });
  await expect(readJson(post('{"a":12}'), 7)).rejects.toMatchObject({ code: 'too_large' });
});

test('one that breaks off is the sender’s mistake', async () => {
  const cause = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  const body = new ReadableStream({ start: (controller) => controller.error(cause) });
  await expect(readJson(post(body), 7)).rejects.toMatchObject({ code: 'invalid', cause });
});
