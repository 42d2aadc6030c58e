/** The `heed` command. Each command is a file in commands/; this one names them and turns errors into one line and an exit code. */
import path from 'node:path';
import { Command } from 'commander';
import { DatabaseUnavailableError } from '@/db/unavailable';
import { errorCodes, type HeedError } from '@/lib/errors';
import { start, type Launch } from './commands/start';

export async function main(launch: Launch): Promise<void> {
  const program = new Command('heed')
    .description('Heed: people judge a language model’s answers and write better ones; the trainer is built in.')
    .option('--data <folder>', 'data folder (default: .data in the checkout, or HEED_DATA)', setEnv('HEED_DATA', path.resolve));

  program
    .command('start')
    .description('start web app and trainer, until Ctrl+C')
    .option('--port <number>', 'port to listen on (default: 3000, or PORT)', setEnv('PORT'))
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only, or HOST)', setEnv('HOST'))
    .option('--data <folder>', 'data folder', setEnv('HEED_DATA', path.resolve))
    .action(() => start(launch));

  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Options that have an environment variable become it: from there on there is one source, lib/env.ts, for us and our children. */
function setEnv(name: string, convert = (value: string) => value) {
  return (value: string) => {
    process.env[name] = convert(value);
  };
}

/** One line for what the person can mend; the whole story for what only a developer can. */
function report(error: unknown): number {
  const exitCode = error instanceof DatabaseUnavailableError ? errorCodes.unavailable.exit : (error as Partial<HeedError>).exitCode;
  console.error(exitCode && error instanceof Error ? `heed: ${error.message}` : error);
  return exitCode ?? 1;
}
