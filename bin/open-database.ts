/** The way from a command to the database: the data folder's built-in server (or DATABASE_URL), with the newest schema. */
import { closeDatabase } from '@/db/client';
import { ensureDatabase, type Database } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { prepareDataFolder } from '@/lib/data-folder';
import { env } from '@/lib/env';

/** Also sets DATABASE_URL for this process and its children; `stop()` takes it back. */
export async function openDatabase(): Promise<Database> {
  const { dataFolder, databaseUrl } = env();
  prepareDataFolder(dataFolder);
  const database = await ensureDatabase({ folder: dataFolder });
  process.env.DATABASE_URL = database.url;
  const stop = async () => {
    await closeDatabase();
    if (!databaseUrl) delete process.env.DATABASE_URL;
    await database.stop();
  };
  try {
    await migrate(database.url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...database, stop };
}

/** Runs a command's work and leaves nothing open behind it. */
export async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await work();
  } finally {
    await database.stop();
  }
}
