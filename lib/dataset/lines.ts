/** Bytes to lines, as they come. */
import { HeedError } from '@/lib/errors';

/** Without line ends and byte order mark. @throws HeedError invalid where the bytes are not UTF-8 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let lines = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new HeedError('invalid', `The file is not UTF-8 text, after line ${lines}. Nothing was imported.`, { cause });
    }
  };
  const complete = function* (text: string): Generator<string> {
    const parts = text.split(/\r?\n/);
    rest = parts.pop()!;
    for (const line of parts) {
      lines++;
      yield line;
    }
  };
  for await (const chunk of bytes) yield* complete(rest + decode(chunk));
  rest += decode();
  if (rest !== '') yield rest;
}
