/** The numerics worker with an address space that ends STARVED_MB beyond what it has once loaded: large allocations fail for real. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
await import('../../trainer/stages/run-stage.ts');
const kilobytes = Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const bytes = kilobytes * 1024 + Number(process.env.STARVED_MB) * 1e6;
execFileSync('prlimit', ['--pid', String(process.pid), `--as=${bytes}`]);
await import('../../trainer/worker.ts');
