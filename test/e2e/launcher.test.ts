import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { heed, startApp, type App } from '../support/app';
import { processesOf, type Process } from '../support/processes';

let folder: string;
let dataFolder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heed-launcher-'));
  dataFolder = path.join(folder, 'data');
});
let app: App;
afterEach(() => app?.stop());
afterAll(() => vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), { timeout: 5000 }));

const areGone = (processes: Process[]) =>
  vi.waitFor(
    () => {
      const running = processesOf(1).map((one) => one.pid);
      expect(processes.filter((one) => running.includes(one.pid))).toEqual([]);
    },
    { timeout: 15_000, interval: 200 },
  );

test('start, set-up link, answer, SIGTERM: exit code 0 and nothing is left', async () => {
  app = await startApp({ dataFolder });
  expect(app.setupUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/set-up\?token=\S+$/);
  expect(app.output().match(/set-up\?token=/g)).toHaveLength(1);
  expect((await fetch(`${app.url}/api/health`)).status).toBe(200);
  expect((await fetch(app.setupUrl!)).status).toBe(200);
  const processes = processesOf(app.process.pid!);
  for (const part of ['next-server', '.build/trainer.js', '.build/inference.js', 'bin/postgres -D'])
    expect(processes.some((one) => one.command.includes(part))).toBe(true);
  expect(await app.stop()).toBe(0);
  await areGone(processes);
});

test('every start while nobody has an account makes a new link, and only the newest works', async () => {
  app = await startApp({ dataFolder });
  const oldToken = new URL(app.setupUrl!).searchParams.get('token')!;
  await app.stop();
  app = await startApp({ dataFolder });
  const link = new URL(app.setupUrl!);
  expect(await (await fetch(link)).text()).toContain('type="password"');
  expect(link.searchParams.get('token')).not.toBe(oldToken);
  link.searchParams.set('token', oldToken);
  expect(await (await fetch(link)).text()).not.toContain('type="password"');
});

test('the launcher is killed: web app, trainer and database go, too', async () => {
  app = await startApp({ dataFolder });
  const processes = processesOf(app.process.pid!);
  app.process.kill('SIGKILL');
  await areGone(processes);
});

test('npm is told to stop: nothing is left', async () => {
  const env = { ...process.env, NODE_ENV: '', VITEST: '', DATABASE_URL: '' } as unknown as NodeJS.ProcessEnv;
  const npm = spawn('npm', ['start', '--', '--port', '0', '--data', dataFolder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  npm.stdout.on('data', (chunk) => (said += chunk));
  await vi.waitFor(() => expect(said).toContain('Stop with Ctrl+C'), { timeout: 60_000, interval: 100 });
  const processes = processesOf(npm.pid!);
  npm.kill('SIGTERM');
  await areGone(processes);
});

test('web app, trainer, inference or database server die: they come back by themselves', async () => {
  app = await startApp({ dataFolder });
  const find = (part: string) =>
    processesOf(app.process.pid!).find((one) => one.command.includes(part) && !one.command.startsWith('/bin/sh'));
  for (const part of ['next-server', '.build/trainer.js', '.build/inference.js', 'bin/postgres -D']) {
    const victim = find(part)!;
    process.kill(victim.pid, 'SIGKILL');
    await vi.waitFor(() => expect(find(part)?.pid ?? victim.pid).not.toBe(victim.pid), { timeout: 30_000, interval: 100 });
    await vi.waitFor(async () => expect((await fetch(`${app.url}/api/health`)).status).toBe(200), { timeout: 30_000, interval: 100 });
  }
  const processes = processesOf(app.process.pid!);
  expect(await app.stop()).toBe(0);
  await areGone(processes);
});

test('a port that is taken is named, with the way out', async () => {
  const taken: Server = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const port = String((taken.address() as { port: number }).port);
  const { code, stdout, stderr } = await heed(['start', '--port', port, '--data', dataFolder]);
  taken.close();
  expect(stderr).toMatch(new RegExp(`^heed: Port ${port} on 127\\.0\\.0\\.1 is taken .* --port 3001`, 'm'));
  expect(stdout).toBe('');
  expect(code).toBe(5);
});

test.each(['/proc/heed', 'a-file/data'])('a data folder that cannot be written (%s) is named, with the way out', async (name) => {
  writeFileSync(path.join(folder, 'a-file'), '');
  const data = path.resolve(folder, name);
  const { code, stderr } = await heed(['start', '--port', '0', '--data', data]);
  expect(stderr).toContain(`heed: The data folder ${data} cannot be written`);
  expect(stderr).toContain('HEED_DATA');
  expect(code).toBe(6);
});

test('a DATABASE_URL that does not answer is named without its password', async () => {
  const { code, stderr } = await heed(['start', '--port', '0', '--data', dataFolder], {
    DATABASE_URL: 'postgres://heed:s3cret@127.0.0.1:9/heed',
  });
  expect(stderr).toMatch(/^heed: DATABASE_URL points to 127\.0\.0\.1:9\/heed, which cannot be used: .*ECONNREFUSED/m);
  expect(stderr).not.toContain('s3cret');
  expect(code).toBe(6);
});
