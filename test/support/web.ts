/**
 * The built web app alone, without launcher and trainer, for tests that kill it and start it again at the same address. `npm test` has
 * built it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settlePort } from '../../bin/port';

export class Web {
  private server: ChildProcess | null = null;
  private readonly dataFolder = mkdtempSync(path.join(tmpdir(), 'heed-web-'));

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly databaseUrl: string,
  ) {}

  static async start(databaseUrl: string): Promise<Web> {
    const port = await settlePort('127.0.0.1', 0);
    const web = new Web(`http://127.0.0.1:${port}`, port, databaseUrl);
    await web.start();
    return web;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { url, port, databaseUrl, dataFolder } = this;
    this.server = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        VITEST: '',
        DATABASE_URL: databaseUrl,
        HEED_DATA: dataFolder,
        NEXTAUTH_URL: url,
        NEXTAUTH_SECRET: 'only for tests',
        PORT: String(port),
      } as unknown as NodeJS.ProcessEnv,
    });
    for (let tries = 0; !(await fetch(`${url}/sign-in`).catch(() => null))?.ok; tries++) {
      if (tries === 600 || this.server.exitCode !== null) throw new Error('The web app does not come up. Build it first: npm run build.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    if (!this.server || this.server.exitCode !== null || this.server.signalCode !== null) return;
    const exit = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
