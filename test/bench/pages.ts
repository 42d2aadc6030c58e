/**
 * How long pages take while a round trains, beside an idle Heed: the built app, its trainer and its own database, started as a
 * person starts them; one reader who opens one page after another.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeDatabase, db } from '@/db/client';
import { ensureDatabase } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { findProject } from '@/db/queries/projects';
import { writeDemonstration } from '@/lib/demo/annotator';
import { reply } from '@/lib/demo/replies';
import { message } from '@/lib/demo/messages';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { createSetupLink } from '@/lib/people/create-setup-link';
import { getRound } from '@/lib/rounds/get-round';
import { startRound } from '@/lib/rounds/start-round';
import { createRng } from '@/lib/rng';
import { heed, startApp } from '../support/app';
import { HttpSession } from '../support/http-session';

const password = 'a long password';
const pages = ['/compare', '/demonstrate', '/loop', '/models', '/prompts'];
const SECONDS = 30;

export type PageTimes = { page: string; idle: { p50: number; p95: number }; training: { p50: number; p95: number } };

/** Milliseconds. @param threads that the trainer may use */
export async function timePages(threads: number): Promise<PageTimes[]> {
  const data = await mkdtemp(join(tmpdir(), 'heed-bench-pages-'));
  const database = await ensureDatabase({ folder: data });
  process.env.DATABASE_URL = database.url;
  await migrate(database.url);
  const app = await startApp({ databaseUrl: database.url, dataFolder: data, env: { HEED_THREADS: String(threads) } });
  try {
    const link = await createSetupLink();
    const admin = await acceptInvitation({ token: link!.token, name: 'Reader', email: 'reader@example.org', password });
    await label(data, database.url);
    const session = new HttpSession(app.url);
    await session.signIn('reader@example.org', password);
    const idle = await visit(session);

    const project = await findProject(db(), { slug: 'demo' });
    const { roundId } = await startRound(admin, { projectId: project!.id, seed: 1, config: { sft: { numTrainEpochs: 100 } } });
    const state = async () => (await getRound(admin, { roundId })).state;
    // Compilation is part of training, too, but the first seconds are the database's and the loader's.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const training = await visit(session);
    if ((await state()) !== 'running') throw new Error(`The round was over before the pages were timed: it is ${await state()}.`);
    return pages.map((page) => ({ page, idle: quantiles(idle.get(page)!), training: quantiles(training.get(page)!) }));
  } finally {
    await app.stop();
    await closeDatabase();
    await database.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** Labels enough for a round that lasts. */
async function label(data: string, databaseUrl: string): Promise<void> {
  const rng = createRng(1);
  const cases = Array.from({ length: 200 }, () => message(rng));
  const lines = {
    demonstrations: cases.map(({ text }) => ({ prompt: text, completion: writeDemonstration(text, rng) })),
    comparisons: cases.map(({ text, facts }) => ({
      prompt: text,
      chosen: writeDemonstration(text, rng),
      rejected: reply(rng, facts).text,
    })),
  };
  for (const [kind, rows] of Object.entries(lines)) {
    const file = join(data, `${kind}.jsonl`);
    const differing = rows.filter((row) => !('chosen' in row) || row.chosen !== row.rejected);
    await writeFile(file, differing.map((row) => JSON.stringify(row)).join('\n'));
    const { code, stderr } = await heed(['import', kind, file, '--project', 'demo'], { HEED_DATA: data, DATABASE_URL: databaseUrl });
    if (code !== 0) throw new Error(`The import of ${kind} failed: ${stderr}`);
  }
}

async function visit(session: HttpSession): Promise<Map<string, number[]>> {
  const times = new Map(pages.map((page) => [page, [] as number[]]));
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    for (const page of pages) {
      const start = performance.now();
      const reply = await session.get(page);
      await reply.text();
      if (reply.status !== 200) throw new Error(`${page} answered ${reply.status}.`);
      times.get(page)!.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return times;
}

function quantiles(times: number[]): { p50: number; p95: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
  return { p50: at(0.5), p95: at(0.95) };
}
