/** One web process of the built Heed, without launcher, trainer or anything that starts it again: for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const readySeconds = 120;

export class WebProcess {
  private child: ChildProcess | undefined;
  private said = '';

  private constructor(
    readonly port: number,
    private readonly env: Record<string, string>,
  ) {}

  /** On a free port, which it keeps. @param secret signs sessions */
  static async start(databaseUrl: string, secret: string, poolSize: number): Promise<WebProcess> {
    const port = await freePort();
    const web = new WebProcess(port, {
      DATABASE_URL: databaseUrl,
      HEED_POOL_SIZE: String(poolSize),
      NEXTAUTH_SECRET: secret,
      NEXTAUTH_URL: `http://127.0.0.1:${port}`,
      NODE_ENV: 'production',
      VITEST: '',
    });
    await web.launch();
    return web;
  }

  /** The last that it said, on both streams. */
  get output(): string {
    return this.said;
  }

  /** SIGKILL: nothing in it gets to run once more. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Resolves when it answers. @throws with what it said when it does not come up */
  async launch(): Promise<void> {
    this.said = '';
    const args = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(this.port)];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...this.env } as unknown as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const hear = (chunk: Buffer) => void (this.said = (this.said + chunk.toString()).slice(-4000));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    for (const deadline = Date.now() + readySeconds * 1000; ; await sleep(50)) {
      if (await this.answers()) return;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The web process did not come up:\n${this.said}`);
    }
  }

  private async answers(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.port}/api/health`).then(
      (reply) => reply.ok,
      () => false,
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
