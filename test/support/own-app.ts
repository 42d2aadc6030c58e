/** The whole app over a database of its own, with stages that only pretend to compute. */
import { startApp, type App } from './app';
import { testDatabase } from './database';

type OwnAppOptions = {
  env?: Record<string, string>;
  /** What to do before there is a trainer that would take its jobs. */
  before?: () => Promise<unknown>;
};

export async function startOwnApp({ env, before }: OwnAppOptions = {}): Promise<App> {
  const database = await testDatabase();
  await before?.();
  const worker = new URL('./fake-worker.mjs', import.meta.url).href;
  const app = await startApp({ databaseUrl: database.url, env: { HEED_WORKER: worker, ...env } });
  return {
    ...app,
    async stop() {
      const code = await app.stop();
      await database.drop();
      return code;
    },
  };
}
