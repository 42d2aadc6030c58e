/**
 * Makes a checkout runnable: installs the packages and builds what is stale. Everything that starts Heed comes through here,
 * so this file and those it imports use nothing but Node's built-ins. Speaks on stderr only; stdout belongs to the command.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPrograms, buildWeb } from './build.mjs';
import { install } from './install.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {{ web: boolean }} needs whether the web app must be built, too */
export async function prepare({ web }) {
  requireNode(20, 9);
  process.env.HEED_ROOT = root;
  mkdirSync(path.join(root, '.build'), { recursive: true });
  await alone(path.join(root, '.build/lock'), () => {
    install(root);
    buildPrograms(root);
    if (web) buildWeb(root);
  });
}

/** Tells the failure of a step in one line, and ends. */
export function fail(error) {
  console.error(`heed: ${error.message}`);
  process.exit(error.exitCode ?? 1);
}

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  throw new Error(`Heed needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}. Get one at https://nodejs.org.`);
}

/** Runs `work` while no other process runs its own under the same lock file, which holds the process id of its owner. */
async function alone(lock, work) {
  for (let waits = 0; !take(lock); waits++) {
    if (waits === 10) console.error(`Waiting for another start of Heed to install or build (if there is none, delete ${lock}) …`);
    await sleep(200);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw new Error(`The checkout cannot be written: ${error.message}`);
    if (!hasLivingOwner(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function hasLivingOwner(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner) return process.kill(owner, 0);
    // Made this moment, its process id not yet written.
    return Date.now() - statSync(lock).mtimeMs < 5000;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// `npm run build`; with --no-web, what `npm run base-model` needs.
if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare({ web: !process.argv.includes('--no-web') }).catch(fail);
