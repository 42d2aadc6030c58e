/** The whole app over a database of its own, with stages that only pretend to compute. */
import { startApp } from './app';
import { testDatabase } from './database';

export type OwnApp = { url: string; stop(): Promise<void> };

export async function startOwnApp(): Promise<OwnApp> {
  const database = await testDatabase();
  const worker = new URL('./fake-worker.mjs', import.meta.url).href;
  const app = await startApp({ databaseUrl: database.url, env: { HEED_WORKER: worker } });
  return {
    url: app.url,
    async stop() {
      await app.stop();
      await database.drop();
    },
  };
}
