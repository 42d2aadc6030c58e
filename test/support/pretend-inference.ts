/** Stands in for the inference process where a test decides what it says and when it breaks off. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InferenceEvent, InferenceRequest } from '@/lib/inference/contract';

export type PretendInference = {
  /** Every request so far. */
  asked: InferenceRequest[];
  /** What the next requests get. */
  answer: (request: InferenceRequest, say: (event: InferenceEvent) => void, response: ServerResponse) => void;
  stop(): Promise<void>;
};

/** Also sets HEED_DATA to a folder of its own. */
export async function pretendInference(): Promise<PretendInference> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heed-inference-'));
  const before = process.env.HEED_DATA;
  process.env.HEED_DATA = folder;
  const pretended: PretendInference = { asked: [], answer: saying('Yes.'), stop };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const asked = JSON.parse(body) as InferenceRequest;
    pretended.asked.push(asked);
    pretended.answer(asked, (event) => response.write(`${JSON.stringify(event)}\n`), response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  writeFileSync(path.join(folder, 'inference.json'), JSON.stringify({ port: (server.address() as AddressInfo).port, token: 'pretended' }));
  return pretended;

  async function stop() {
    server.closeAllConnections();
    server.close();
    if (before === undefined) delete process.env.HEED_DATA;
    else process.env.HEED_DATA = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text in two pieces, then the end. */
export const saying =
  (text: string): PretendInference['answer'] =>
  (_, say, response) => {
    const half = Math.ceil(text.length / 2);
    say({ type: 'start', promptTokens: 3, maxNewTokens: 64 });
    say({ type: 'piece', text: text.slice(0, half), tokens: 1 });
    say({ type: 'piece', text: text.slice(half), tokens: 2 });
    say({ type: 'done', tokens: 2, isTruncated: false, seconds: 0.1 });
    response.end();
  };
