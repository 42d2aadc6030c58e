/** Installs the packages of package-lock.json unless they are there already. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function install(root) {
  const lockfile = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const stampFile = path.join(root, 'node_modules/.heed-stamp');
  const machine = `${process.versions.node.split('.')[0]} ${process.platform} ${process.arch}`;
  const stamp = `${machine} ${createHash('sha256').update(lockfile).digest('hex')}`;
  const found = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
  if (found === stamp) return;

  const isForThisMachine = !found || found.startsWith(`${machine} `);
  if (!isForThisMachine || !matches(lockfile, path.join(root, 'node_modules/.package-lock.json'))) {
    console.error('Installing packages (once; a minute, on a slow line several) …');
    const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: '' } };
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const { status, error } = spawnSync(npm[0], [...npm.slice(1), 'ci', '--include=dev', '--loglevel=error'], options);
    if (error || status !== 0) {
      throw new Error(
        `\`npm ci\` failed${error ? ` (${error.message})` : ''}; its message stands above. Heed needs the npm registry once.`,
      );
    }
  }
  writeFileSync(stampFile, stamp);
}

/** Whether npm's own note of what it installed has every package that the lockfile requires. Optional ones may be absent. */
function matches(lockfile, installedFile) {
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(JSON.parse(lockfile).packages).every(([name, wanted]) => {
    if (name === '' || (wanted.optional && !installed[name])) return true;
    return installed[name]?.version === wanted.version;
  });
}
