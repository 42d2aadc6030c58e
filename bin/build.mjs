/** Builds what is stale, told by a hash over the contents of its sources: the Node programs (esbuild) and the web app (Next.js). */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Each becomes .build/<name>.js. */
const programs = { cli: 'bin/cli.ts', trainer: 'trainer/main.ts', worker: 'trainer/worker.ts', inference: 'trainer/inference.ts' };
const programSources = ['bin', 'lib', 'db', 'trainer', 'package-lock.json', 'tsconfig.json'];
const webSources = [
  'app',
  'lib',
  'db',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

export function buildPrograms(root) {
  const outputs = Object.keys(programs).map((name) => path.join(root, `.build/${name}.js`));
  ifStale(root, path.join(root, '.build/programs-stamp'), programSources, outputs, () => {
    const entries = Object.entries(programs).map(([name, file]) => `${name}=${file}`);
    const flags = [
      '--bundle',
      '--splitting',
      '--chunk-names=[name]-[hash]',
      '--packages=external',
      '--platform=node',
      '--format=esm',
      '--target=node20',
      '--sourcemap',
    ];
    run(root, 'node_modules/.bin/esbuild', [...entries, ...flags, '--outdir=.build', '--log-level=error'], 'The programs');
  });
}

export function buildWeb(root) {
  const output = path.join(root, '.next');
  ifStale(root, path.join(output, 'heed-stamp'), webSources, [path.join(output, 'BUILD_ID')], () => {
    console.error('Building the web app (once; a minute, on a busy machine several) …');
    const build = () => run(root, process.execPath, ['node_modules/next/dist/bin/next', 'build'], 'The web app');
    try {
      build();
    } catch (error) {
      if (error.exitCode === interrupted) throw error;
      // Turbopack remembers failures (a network that was down, a full disk), so the second attempt starts clean.
      rmSync(output, { recursive: true, force: true });
      build();
    }
  });
}

const interrupted = 130;

/** Silent unless it fails. @throws an Error with `exitCode` */
function run(root, program, args, what) {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return;
  const said = signal ? `stopped by ${signal}` : (error?.message ?? reasonIn(`${stdout}${stderr}`));
  throw Object.assign(new Error(`${what} could not be built: ${said}`), { exitCode: signal ? interrupted : 1 });
}

/** From the first error on; warnings stand before and after it. */
function reasonIn(output) {
  const lines = output.trim().split('\n');
  const first = lines.findIndex((line) => /error/i.test(line));
  return ['', ...lines.slice(Math.max(first, 0)).slice(0, 40)].join('\n');
}

function ifStale(root, stampFile, sources, outputs, build) {
  const hash = contentHash(root, sources);
  if (outputs.every(existsSync) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return;
  build();
  writeFileSync(stampFile, hash);
}

function contentHash(root, sources) {
  const hash = createHash('sha256');
  const add = (name) => {
    const file = path.join(root, name);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) for (const entry of readdirSync(file).sort()) add(path.join(name, entry));
    else hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  };
  sources.forEach(add);
  return hash.digest('hex');
}
