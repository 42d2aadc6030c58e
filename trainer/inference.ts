/**
 * The inference process: writes responses for the playground and the API, beside the trainer, so that training never blocks
 * them. Holds no state: killed, it is started again, with another port and token.
 */
import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { newToken } from '@/lib/auth/secret-token';
import { inferenceAddressFile } from '@/lib/inference/contract';
import { inferenceServer } from './inference/server';
import { log } from './log';

const token = newToken();
const server = inferenceServer(token).listen(0, '127.0.0.1');
await once(server, 'listening');

const file = inferenceAddressFile();
announce();
// Another Heed on the same data folder announces its own process there, which goes when that one stops.
setInterval(() => isAnnounced() || announce(), 1000).unref();

function announce(): void {
  const { port } = server.address() as AddressInfo;
  // Renamed into place: whoever reads it reads all of it.
  const mine = `${file}-${process.pid}`;
  writeFileSync(mine, JSON.stringify({ port, token, pid: process.pid }), { mode: 0o600 });
  renameSync(mine, file);
}

/** Whether some process that lives is. */
function isAnnounced(): boolean {
  try {
    return process.kill((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, 0);
  } catch {
    return false;
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    log.info({ signal }, 'the inference process stops');
    rmSync(file, { force: true });
    process.exit(0);
  });
}
