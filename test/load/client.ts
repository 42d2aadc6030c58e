/** JSON over kept connections, as light as it gets: hundreds of clients share the machine with what they measure. */
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** `status` 0: no answer; whether the request was carried out is not known. */
export type Reply = { status: number; data: unknown; milliseconds: number };

export function post(port: number, path: string, body: object, headers: Record<string, string>): Promise<Reply> {
  const began = performance.now();
  return new Promise((resolve) => {
    const finish = (status: number, data: unknown = null) => resolve({ status, data, milliseconds: performance.now() - began });
    const text = JSON.stringify(body);
    const options = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers };
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers: options }, (reply) => {
      let received = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      // `close` without `complete`: the process died while it spoke.
      reply.on('close', () => (reply.complete ? finish(reply.statusCode!, received ? JSON.parse(received) : null) : finish(0)));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection as the request set out: browsers, too, send it again on another.
      if (call.reusedSocket && error.code === 'ECONNRESET') resolve(post(port, path, body, headers));
      else finish(0);
    });
    call.end(text);
  });
}
