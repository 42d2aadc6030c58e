/**
 * Loaded into the web and trainer processes with `--import`: ends them when the launcher is gone, however it went, so that
 * nothing is left running.
 */
import { isMainThread } from 'node:worker_threads';

const launcher = Number(process.env.HEED_LAUNCHER);

if (isMainThread && launcher) {
  const watch = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), 10_000).unref();
  }, 1000);
  watch.unref();
}
