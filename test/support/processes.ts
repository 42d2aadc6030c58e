/** Which processes a process has started, as `ps` sees them. */
import { execFileSync } from 'node:child_process';

export type Process = { pid: number; command: string };

/** The process and all below it: launcher, web app, trainer, inference, the database with its shell. */
export function processesOf(root: number): Process[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
    });
  const found = all.filter((one) => one.pid === root);
  for (const one of found) found.push(...all.filter((other) => other.parent === one.pid));
  return found;
}
