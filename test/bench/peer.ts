/** PyTorch as the peer, where a Python with torch and transformers is found: one process that does what it is told to. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

type Reply = { seconds?: number; error?: string };

export class Peer {
  private readonly replies: AsyncIterator<string>;
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    readonly version: string,
  ) {
    this.replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Null where no Python on the path (or named by HEED_BENCH_PYTHON) has torch and transformers. @param script that answers, a line a line */
  static find(threads: number, script = 'peer.py'): Peer | null {
    const python = process.env.HEED_BENCH_PYTHON ?? 'python3';
    const probe = spawnSync(python, ['-c', 'import torch, transformers; print(torch.__version__, transformers.__version__)'], {
      encoding: 'utf8',
    });
    if (probe.status !== 0) return null;
    const [torch, transformers] = probe.stdout.trim().split(' ');
    const child = spawn(python, [join(import.meta.dirname, script)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads), HF_HUB_OFFLINE: '1' },
    }) as unknown as ChildProcessWithoutNullStreams;
    return new Peer(child, `PyTorch ${torch}, transformers ${transformers}`);
  }

  /** Builds the case (model, compilation) and runs it once. @returns why it cannot run here, or null */
  async prepare(spec: Record<string, unknown>): Promise<string | null> {
    return (await this.ask({ prepare: spec })).error ?? null;
  }

  /** Runs what was prepared. @returns seconds */
  async run(): Promise<number> {
    const { seconds, error } = await this.ask({ run: true });
    if (seconds === undefined) throw new Error(`The peer failed: ${error}`);
    return seconds;
  }

  stop(): void {
    this.child.stdin.end();
  }

  async ask<T extends Reply>(message: unknown): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await this.replies.next();
    if (done) return { error: 'the peer process ended' } as T;
    return JSON.parse(value as string) as T;
  }
}
