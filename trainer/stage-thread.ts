/**
 * The numerics worker seen from the main thread: commands in, reports out, in order. A thread that dies says so as its last
 * report, so whoever reads reports needs nothing else.
 */
import { Worker } from 'node:worker_threads';
import type { StageCommand, StageInput, StageReport } from '@/lib/training/contract';
import { WakeUp } from '@/lib/events/wake-up';

/** `broken`: the thread ended without having finished. */
export type ThreadReport = StageReport | { type: 'broken'; message: string };

export class StageThread {
  private readonly worker: Worker;
  private readonly queue: ThreadReport[] = [];
  private readonly bell = new WakeUp();
  private isOver = false;

  constructor(file: URL, input: StageInput) {
    this.worker = new Worker(file, { workerData: input });
    let problem: string | null = null;
    this.worker.on('message', (report: StageReport) => this.push(report));
    this.worker.on('error', (error: Error) => (problem = error.message));
    this.worker.on('exit', (code) => this.push({ type: 'broken', message: problem ?? `the worker thread ended with code ${code}` }));
  }

  send(command: StageCommand): void {
    this.worker.postMessage(command);
  }

  /** Ends it at once; reports that were not read are lost. */
  async terminate(): Promise<void> {
    this.isOver = true;
    this.bell.ring();
    await this.worker.terminate();
  }

  /** Up to and with the report that ends the stage; nothing more after terminate(). */
  async *reports(): AsyncGenerator<ThreadReport> {
    while (!this.isOver) {
      const report = this.queue.shift();
      if (report) yield report;
      else await this.bell.wait(60_000);
      if (report?.type === 'finished' || report?.type === 'failed' || report?.type === 'broken') return;
    }
  }

  private push(report: ThreadReport): void {
    this.queue.push(report);
    this.bell.ring();
  }
}
