/** Reads a request's body and stops at a limit, whatever the sender says about its length. */
import { refusal } from '@/lib/refusals';

export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) throw refusal('not-json');
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedBody(request, maxBytes)) chunks.push(chunk);
  try {
    return JSON.parse(new TextDecoder().decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw refusal('bad-json', {}, { cause });
  }
}

/** @throws HeedError too_large as soon as there is one byte too many, invalid when the body breaks off */
export async function* boundedBody(request: Request, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const tooLarge = () => refusal('body-too-large', { kibibytes: Math.floor(maxBytes / 1024) });
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge();
  if (!request.body) return;
  for await (const chunk of whileConnected(request.body as unknown as AsyncIterable<Uint8Array>)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge();
    yield chunk;
  }
}

/** A body that breaks off is the sender's doing (a page was closed), not a failure of ours. */
async function* whileConnected(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw refusal('body-broke-off', {}, { cause });
  }
}
