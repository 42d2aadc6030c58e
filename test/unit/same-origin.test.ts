import { describe, expect, it } from 'vitest';
import { boundedBody, readJson } from '@/lib/auth/bounded-body';
import { isSameOrigin } from '@/lib/auth/same-origin';

const post = (headers: Record<string, string>, body = '{}') => new Request('http://127.0.0.1:3000/x', { method: 'POST', headers, body });

describe('same origin', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, true],
    [{ origin: 'http://evil.example', host: '127.0.0.1:3000' }, false],
    [{ origin: 'null', host: '127.0.0.1:3000' }, false],
    [{ host: '127.0.0.1:3000' }, true],
  ])('%j: %s', (headers, isSame) => {
    const request = post({});
    const pretended = { headers: new Headers(Object.entries(headers)), method: request.method } as Request;
    expect(isSameOrigin(pretended)).toBe(isSame);
  });
});

describe('bodies', () => {
  it('are JSON and say so', async () => {
    expect(await readJson(post({ 'content-type': 'application/json; charset=utf-8' }, '{"a":[1]}'), 100)).toEqual({ a: [1] });
    await expect(readJson(post({ 'content-type': 'text/plain' }), 100)).rejects.toMatchObject({ code: 'invalid' });
    await expect(readJson(post({ 'content-type': 'application/json' }, '{'), 100)).rejects.toMatchObject({
      code: 'invalid',
      message: 'The body is not valid JSON.',
    });
  });

  it('are bounded, also when their sender keeps quiet about the length', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) });
    const request = new Request('http://x/', { method: 'POST', body: endless, duplex: 'half' } as RequestInit);
    let read = 0;
    const reading = (async () => {
      for await (const chunk of boundedBody(request, 5000)) read += chunk.byteLength;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'too_large', status: 413 });
    expect(read).toBe(5000);
  });
});
