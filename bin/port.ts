/** Makes sure, before anything is started, that the port can be had. */
import { createServer } from 'node:net';
import { HeedError } from '@/lib/errors';

/** @param port 0: any free one. @returns the port. @throws HeedError conflict naming the port and the way out. */
export async function settlePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
    server.listen(port, host, () => {
      const settled = (server.address() as { port: number }).port;
      server.close(() => resolve(settled));
    });
  });
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const remedy = 'Choose another with `npm start -- --port 3001` or PORT=3001.';
  switch (cause.code) {
    case 'EADDRINUSE':
      return new HeedError('conflict', `Port ${port} on ${host} is taken by another program (or another Heed). ${remedy}`, { cause });
    case 'EACCES':
      return new HeedError('conflict', `Port ${port} needs rights that this account does not have. ${remedy}`, { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new HeedError(
        'invalid',
        `${host} is not an address of this machine. Set HOST or --host to one that is, e.g. 127.0.0.1 or 0.0.0.0.`,
        { cause },
      );
    default:
      return cause;
  }
}
