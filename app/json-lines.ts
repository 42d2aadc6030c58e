/** A stream of JSON lines from one of our own routes, as they come. */
import type { Reply } from './http';

/** The server said no before the stream began; `status: 0` when it could not be reached. */
export class Refusal extends Error {
  constructor(readonly reply: Reply) {
    super(reply.message);
  }
}

/** @throws Refusal; whatever breaks the stream afterwards */
export async function* linesOf<T>(url: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Refusal({ status: 0, data: null, code: '', message: '', details: {} });
  });
  if (!reply.ok || !reply.body) throw new Refusal(await refusalOf(reply));
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

async function refusalOf(reply: Response): Promise<Reply> {
  const said = (await reply.json().catch(() => null)) as { error?: Partial<Reply> } | null;
  const { code = '', message = '', details = {} } = said?.error ?? {};
  return { status: reply.status, data: null, code, message, details };
}
