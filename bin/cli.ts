/** The `heed` command. Each command is a function in commands/; this file names them and turns errors into a line and an exit code. */
import path from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { DatabaseUnavailableError } from '@/db/unavailable';
import { kappaWeights } from '@/lib/agreement/cohen-kappa';
import { alphaMetrics } from '@/lib/agreement/krippendorff-alpha';
import { exportKinds } from '@/lib/dataset/export';
import { importKinds } from '@/lib/dataset/row';
import { errorCodes, type HeedError } from '@/lib/errors';
import { tieModels } from '@/lib/ranking/bradley-terry';
import { presetNames } from '@/lib/training/presets';
import { exportCommand, importCommand } from './commands/data';
import { createProjectCommand, listProjectsCommand } from './commands/project';
import { roundStatusCommand, startRoundCommand } from './commands/round';
import { start, type Launch } from './commands/start';
import { createTokenCommand, listTokensCommand, revokeTokenCommand } from './commands/token';
import { withDatabase } from './open-database';
import { settingsHelp } from './settings-help';

export async function main(launch: Launch): Promise<void> {
  try {
    await heed(launch).parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function heed(launch: Launch): Command {
  const program = new Command('heed')
    .description('Heed: people judge a language model’s answers and write better ones; the trainer is built in.')
    .addOption(fromEnv('--data <folder>', 'data folder (default: .data in the checkout)', 'HEED_DATA', path.resolve))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, 'heed:').replace(/^(heed: unknown .*')\n$/, '$1. --help lists them.\n')),
    })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : errorCodes.invalid.exit));

  program
    .command('start')
    .description('start web app and trainer, until Ctrl+C')
    .addOption(fromEnv('--port <number>', 'port to listen on (default: 3000)', 'PORT'))
    .addOption(fromEnv('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)', 'HOST'))
    .action(() => start(launch));

  program
    .command('demo')
    .description(
      'watch the whole loop run by itself: simulated people label, three rounds train (about ten minutes, in a temporary folder)',
    )
    .option('--rounds <number>', 'how many rounds', integer, 3)
    .option('--seed <number>', 'seed of all randomness', integer, 1)
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./commands/demo')).demo(options));

  const project = program.command('project').description('make and list projects');
  project
    .command('create <slug>')
    .description('make a project from a base model')
    .requiredOption(
      '--model <model>',
      'base model: a Hugging Face folder, a name on the hub (owner/name or owner/name@revision), or "builtin"',
    )
    .option('--name <name>', 'name that people see (default: the slug)')
    .option('--description <text>')
    .option('--prompts <file>', 'JSON or JSON lines: strings, or {"prompt": …}')
    .addOption(new Option('--preset <name>', 'hyperparameters for another size of model than its own').choices(presetNames))
    .option('--json', 'print JSON')
    .action((slug, options) => withDatabase(() => createProjectCommand(slug, options)));
  project
    .command('list')
    .description('list projects')
    .option('--json', 'print JSON')
    .action((options) => withDatabase(() => listProjectsCommand(options)));

  program
    .command('import')
    .description('import a file of prompts, demonstrations or comparisons (JSON, JSON lines, either gzipped; - for stdin)')
    .addArgument(new Argument('<kind>').choices(importKinds))
    .argument('<file>')
    .requiredOption('--project <slug>')
    .option('--skip-bad', 'import the good lines in spite of bad ones')
    .option('--json', 'print JSON')
    .action((kind, file, options) => withDatabase(() => importCommand(kind, file, options)));
  program
    .command('export')
    .description('write JSON lines to stdout')
    .addArgument(new Argument('<kind>').choices(exportKinds))
    .requiredOption('--project <slug>')
    .option('--superseded', 'also the versions of answers that their authors have changed since')
    .option('--late', 'also answers that came when their task needed none any more')
    .option('--prefer-verdicts', 'comparisons: what reviewers decided in the place of what people said of the same pair')
    .option('--output <file>', 'write there instead')
    .action((kind, options) => withDatabase(() => exportCommand(kind, options)));

  const round = program.command('round').description('train');
  round
    .command('start')
    .description('start a round: SFT, reward model, PPO, new samples')
    .requiredOption('--project <slug>')
    .option(
      '--set <stage.name=value>',
      'change a setting for this round, e.g. ppo.klCoef=0.2 or policyOptimizer=dpo; may be repeated',
      collect,
    )
    .addOption(new Option('--preset <name>', 'hyperparameters for a size of model, in place of the project’s own').choices(presetNames))
    .option('--seed <number>', 'seed of all randomness (default: drawn)', integer)
    .option('--wait', 'follow it to its end, running a trainer if none is')
    .option('--json', 'print JSON')
    .addHelpText('after', settingsHelp)
    .action((options) => withDatabase(() => startRoundCommand(options)));
  round
    .command('status')
    .description('show the newest round, or another')
    .requiredOption('--project <slug>')
    .option('--round <number>', 'which one', integer)
    .option('--json', 'print JSON')
    .action((options) => withDatabase(() => roundStatusCommand(options)));

  const token = program.command('token').description('tokens by which a person’s programs call the API');
  token
    .command('create <email>')
    .description('make one for the person with that account; it is printed once')
    .requiredOption('--name <text>', 'what it is for')
    .option('--json', 'print JSON')
    .action((email, options) => withDatabase(() => createTokenCommand(email, options)));
  token
    .command('list <email>')
    .description('list theirs, without the tokens themselves')
    .option('--json', 'print JSON')
    .action((email, options) => withDatabase(() => listTokensCommand(email, options)));
  token
    .command('revoke <email> <id>')
    .description('end one of theirs')
    .option('--json', 'print JSON')
    .action((email, id, options) => withDatabase(() => revokeTokenCommand(email, id, options)));

  const model = program
    .command('model')
    .description('ask a model directly (a folder, a name on the hub, or "builtin"): logits, text, scores');
  model
    .command('logits <model>')
    .description('logits of the token after some ids')
    .requiredOption('--ids <id,id,…>', 'token ids')
    .option('--json', 'print JSON, with the logits of the whole vocabulary')
    .action(async (folder, options) => (await import('./commands/model')).logitsCommand(folder, options));
  model
    .command('generate <model>')
    .description('write a response; what is not said comes from the model’s generation_config.json, else temperature 1')
    .requiredOption('--prompt <text>')
    .option('--max-new-tokens <number>', 'longest response', integer, 64)
    .option('--greedy', 'always take the likeliest token')
    .option('--temperature <number>', 'logits are divided by it', decimal)
    .option('--top-k <number>', 'keep the k likeliest tokens', integer)
    .option('--top-p <number>', 'keep the likeliest tokens that together reach this probability', decimal)
    .option('--seed <number>', 'seed of the sampling noise (default: 0)', integer)
    .option('--json', 'print JSON: ids, text, log-probabilities')
    .action(async (folder, options) => (await import('./commands/model')).generateCommand(folder, options));
  model
    .command('score <model>')
    .description('log-probability of a response; of a reward model, the reward')
    .requiredOption('--prompt <text>')
    .requiredOption('--response <text>')
    .option('--truncated', 'the response was cut off: no end token follows it')
    .option('--json', 'print JSON')
    .action(async (folder, options) => (await import('./commands/model')).scoreCommand(folder, options));

  const stats = program.command('stats').description('agreement and rankings from a table: CSV with a header, or JSON lines; - for stdin');
  stats
    .command('alpha <file>')
    .description('Krippendorff’s α of ratings, a row a rating')
    .requiredOption('--unit <column>', 'what was rated')
    .requiredOption('--rater <column>', 'who rated it')
    .requiredOption('--value <column>', 'the rating; empty: missing')
    .addOption(new Option('--metric <name>', 'what a difference between two ratings means').choices(alphaMetrics).default('nominal'))
    .option('--order <value,value,…>', 'categories that are words, least first, for --metric ordinal', list)
    .option('--bootstrap <number>', 'samples of units for a 95 % interval, e.g. 1000', integer)
    .option('--seed <number>', 'seed of the bootstrap', integer, 1)
    .option('--json', 'print JSON')
    .action(async (file, options) => (await import('./commands/stats')).alphaCommand(file, options));
  stats
    .command('kappa <file>')
    .description('Cohen’s κ of every two raters, and Fleiss’ κ of all')
    .requiredOption('--unit <column>', 'what was rated')
    .requiredOption('--rater <column>', 'who rated it')
    .requiredOption('--value <column>', 'the rating; empty: missing')
    .addOption(new Option('--weights <name>', 'of disagreements, for Cohen’s κ').choices(kappaWeights).default('none'))
    .option('--order <value,value,…>', 'categories that are words, least first, for weights', list)
    .option('--json', 'print JSON, with all pairs')
    .action(async (file, options) => (await import('./commands/stats')).kappaCommand(file, options));
  stats
    .command('bradley-terry <file>')
    .description('strengths and ranks of models from paired comparisons, a row a comparison')
    .requiredOption('--left <column>', 'one model')
    .requiredOption('--right <column>', 'the other')
    .requiredOption('--winner <column>', 'left, right or tie, or the model’s name; empty: left out')
    .option('--left-value <word>', 'how the winner’s column says left', 'left')
    .option('--right-value <word>', 'how it says right', 'right')
    .option('--tie-value <word>', 'how it says tie (default: tie); may be repeated', collect)
    .addOption(new Option('--ties <model>', 'half a win each, or Davidson’s model').choices(tieModels).default('half'))
    .option('--bootstrap <number>', 'samples of comparisons for the intervals (default: 0, Fisher’s)', integer)
    .option('--seed <number>', 'seed of the bootstrap', integer, 1)
    .option('--json', 'print JSON')
    .action(async (file, options) =>
      (await import('./commands/stats')).bradleyTerryCommand(file, { ...options, tieValue: options.tieValue ?? ['tie'] }),
    );

  program
    .command('doctor')
    .description('what this machine has for training, what of it is used and why, and how fast it is')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./commands/doctor')).doctor(options));

  return program;
}

/** An option that stands for an environment variable becomes it: lib/env.ts is then the one source, for us and our children. */
function fromEnv(flags: string, description: string, name: string, convert = (value: string) => value): Option {
  return new Option(flags, `${description}; or ${name}`).argParser((value) => {
    process.env[name] = convert(value);
  });
}

function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

function decimal(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new InvalidArgumentError('It must be a number, 0 or more, like 0.7.');
  return Number(text);
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim());

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** One line for what the person can mend; the whole story for what only a developer can. */
function report(error: unknown): number {
  const exitCode = error instanceof DatabaseUnavailableError ? errorCodes.unavailable.exit : (error as Partial<HeedError>).exitCode;
  console.error(exitCode && error instanceof Error ? `heed: ${error.message}` : error);
  return exitCode ?? 1;
}
