/** One request's answer, line by line. Imported when the first request comes: until then the process is small. */
import { env } from '@/lib/env';
import type { InferenceEvent, InferenceRequest } from '@/lib/inference/contract';
import { promptIds } from '../model/ask';
import { tooLong } from '../model/generate';
import { endIdsOf } from '../model/stream';
import { configureRuntime } from '../runtime/jit';
import { ModelShelf } from './model-shelf';

const { backend, provider, threads } = env();
// Training has the machine when both work; half the threads leave it room, and a response is short.
configureRuntime({ backend, provider, threads: Math.max(1, Math.floor(threads / 2)) });
const shelf = new ModelShelf({ models: 3, bytes: 2 * 2 ** 30, waiting: 8 });

/** @throws HeedError at the first event, while nothing is sent yet */
export async function* answer(request: InferenceRequest, signal: AbortSignal): AsyncGenerator<InferenceEvent> {
  const { folder, prompt: text, ...options } = request;
  const { model, streamer, release } = await shelf.take(folder, signal);
  try {
    const prompt = promptIds(model, text);
    const room = model.config.contextLength - prompt.length;
    if (room < 1) throw tooLong(prompt.length, 1, model.config.contextLength);
    const maxNewTokens = Math.min(options.maxNewTokens, room);
    yield { type: 'start', promptTokens: prompt.length, maxNewTokens };
    const startedAt = performance.now();
    let tokens = 0;
    let last = -1;
    for await (const piece of streamer.stream(prompt, { ...options, maxNewTokens }, signal)) {
      tokens += piece.ids.length;
      last = piece.ids.at(-1) ?? last;
      yield { type: 'piece', text: piece.text, tokens };
    }
    yield { type: 'done', tokens, isTruncated: !endIdsOf(model).includes(last), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    release();
  }
}
