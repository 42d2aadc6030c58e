/**
 * The numerics seen from the trainer: commands in, reports out, in order. They run in a process of their own, so that nothing that
 * happens to them (an allocation that fails, a crash in native code, the kernel's out-of-memory killer) takes the trainer along. A
 * process that dies says so as its last report, so whoever reads reports needs nothing else.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { crash, type Crash } from '@/lib/training/failures';
import type { StageCommand, StageInput, StageReport } from '@/lib/training/contract';
import { WakeUp } from '@/lib/events/wake-up';

/** `broken`: the process ended without having finished. */
export type ProcessReport = StageReport | { type: 'broken'; crash: Crash };

export class StageProcess {
  private readonly child: ChildProcess;
  private readonly queue: ProcessReport[] = [];
  private readonly bell = new WakeUp();
  private isOver = false;

  constructor(file: URL, input: StageInput) {
    this.child = fork(fileURLToPath(file), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // The watch over the launcher (bin/parent-watch.mjs) would take us, its parent, for a launcher that is gone.
      env: { ...process.env, HEED_LAUNCHER: '' },
    });
    this.child.on('message', (report) => this.push(report as StageReport));
    // What was sent before the end may still be on its way when the process is gone.
    const isDrained = new Promise<void>((resolve) => this.child.once('disconnect', resolve));
    this.child.once('exit', (code, signal) => void isDrained.then(() => this.push({ type: 'broken', crash: endOf(code, signal) })));
    this.child.once('error', ({ message }) => this.push({ type: 'broken', crash: crash('unstarted', { message }) }));
    this.child.send(input, () => {});
  }

  send(command: StageCommand): void {
    if (this.child.connected) this.child.send(command, () => {});
  }

  /** Ends it at once; reports that were not read are lost. */
  async terminate(): Promise<void> {
    this.isOver = true;
    this.bell.ring();
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  /** Up to and with the report that ends the stage; nothing more after terminate(). */
  async *reports(): AsyncGenerator<ProcessReport> {
    while (!this.isOver) {
      const report = this.queue.shift();
      if (report) yield report;
      else await this.bell.wait(60_000);
      if (report?.type === 'finished' || report?.type === 'failed' || report?.type === 'broken') return;
    }
  }

  private push(report: ProcessReport): void {
    this.queue.push(report);
    this.bell.ring();
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): Crash {
  if (signal === 'SIGKILL') return crash('killed');
  if (signal === 'SIGABRT' || code === 134) return crash('aborted');
  return signal ? crash('signal', { signal }) : crash('exit', { code });
}
