/**
 * Answers on their way to the server. An answer is written to the browser's storage before anything else happens, and leaves
 * it only when the server has said what became of it; until then it is sent again and again under the same idempotency key,
 * so it arrives once. For a few seconds after it was given (`holdUntil`) it is not sent yet and can be taken back. One that
 * the server refuses is kept too when a person's writing is in it, until they have dismissed it; and one of which another answer was
 * expected, until they have read that.
 *
 * One storage entry an answer, so that two tabs never overwrite each other's. No React in here.
 */
import type { AnswerCheck } from '@/lib/tasks/claim';
import { isPassing, isSuccess, type Reply } from '../http';
import type { WorkItem } from './use-task-feed';

export type Answer = {
  key: string;
  url: string;
  body: Record<string, unknown>;
  /** The claim it answers, so that nobody is asked for it again while it waits; an amendment answers none. */
  leaseId?: string;
  /** What was chosen, in words. */
  label: string;
  /** Milliseconds since 1970; 0 sends at once. */
  holdUntil: number;
  /** Text that must not be lost when the server says no. */
  writing?: string;
  /** A question, which goes out as answers do but is none: what is held stays so, and whoever sent it says that it arrived. */
  isAside?: boolean;
  /** Why the server will never take it. */
  refusal?: string;
  /** What was on the screen, where it may turn out that something else was expected. */
  asked?: WorkItem;
  /** It arrived, and that was expected. */
  missed?: AnswerCheck;
};

export type Outcome = { type: 'sent' } | { type: 'waiting' } | { type: 'withdrawn' } | { type: 'refused'; message: string };

export type OutboxState = {
  /** The newest answer that can still be taken back. */
  held: Answer | null;
  /** The last one that arrived, until the next is given. */
  delivered: Answer | null;
  /** Answers that were tried and could not be delivered yet; questions apart. */
  waiting: number;
  waitingAsides: number;
  trouble: 'none' | 'unreachable' | 'signed-out';
  refused: Answer[];
  missed: Answer[];
};

/** It has not arrived yet, and may. */
const isUnderWay = ({ refusal, missed }: Answer): boolean => refusal === undefined && missed === undefined;

export const emptyOutbox: OutboxState = {
  held: null,
  delivered: null,
  waiting: 0,
  waitingAsides: 0,
  trouble: 'none',
  refused: [],
  missed: [],
};

type Options = {
  /** Answers of another person on the same computer are left alone. */
  userId: string;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  send: (answer: Answer, isLeaving: boolean) => Promise<Reply>;
  /** Why the server refused it, in the reader's words. */
  explain: (reply: Reply) => string;
  /** Told of refusals. */
  onRefused?: (answer: Answer, message: string) => void;
  /** Told of answers that arrived when their task needed none any more: they are kept, and do not count. */
  onLate?: (answer: Answer) => void;
};

const firstRetrySeconds = 2;
const longestRetrySeconds = 30;

export class Outbox {
  private readonly prefix: string;
  private readonly answers = new Map<string, Answer>();
  private readonly tried = new Set<string>();
  private readonly sending = new Set<string>();
  private readonly awaiting = new Map<string, { resolve: (outcome: Outcome) => void; dealsWithRefusal: boolean }>();
  private readonly listeners = new Set<() => void>();
  private retrySeconds = firstRetrySeconds;
  private trouble: OutboxState['trouble'] = 'none';
  private delivered: Answer | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private state: OutboxState = emptyOutbox;

  constructor(private readonly options: Options) {
    this.prefix = `heed:answer:${options.userId}:`;
    for (const answer of this.stored()) this.answers.set(answer.key, answer);
    this.changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): OutboxState => this.state;

  /** Is there something on its way that was said of this claim, or of this conversation? */
  isPending(leaseId: string): boolean {
    return [...this.answers.values()].some((answer) => answer.leaseId === leaseId && isUnderWay(answer));
  }

  leaseIds(): string[] {
    return [...this.answers.values()].flatMap(({ leaseId }) => leaseId ?? []);
  }

  /**
   * Keeps the answer and sends it when its hold is over; those held before are sent now, only the last can be taken back.
   * Resolves with the first that becomes known of it.
   * @param dealsWithRefusal the caller shows a refusal itself and still has the text
   */
  add(answer: Answer, dealsWithRefusal = false): Promise<Outcome> {
    if (!answer.isAside) {
      for (const other of this.answers.values()) other.holdUntil = 0;
      this.delivered = null;
    }
    this.answers.set(answer.key, answer);
    this.store(answer);
    const outcome = new Promise<Outcome>((resolve) => this.awaiting.set(answer.key, { resolve, dealsWithRefusal }));
    this.changed();
    void this.flush();
    return outcome;
  }

  /** Takes the held answer back. Null when it is already on its way. */
  undo(): Answer | null {
    const { held } = this.state;
    if (held) {
      this.forget(held);
      this.settle(held, { type: 'withdrawn' });
    }
    return held;
  }

  /** Drops an answer that the server refused, or of which the person has read what was expected. */
  dismiss(key: string): void {
    const answer = this.answers.get(key);
    if (answer && !isUnderWay(answer)) this.forget(answer);
  }

  /** Sends what is due. `isLeaving`: the page goes away, so nothing is held any longer. */
  async flush(isLeaving = false): Promise<void> {
    const now = Date.now();
    const due = this.pending().filter((answer) => isLeaving || answer.holdUntil <= now);
    await Promise.all(due.map((answer) => this.deliver(answer, isLeaving)));
    this.schedule();
  }

  private pending(): Answer[] {
    return [...this.answers.values()].filter((answer) => isUnderWay(answer) && !this.sending.has(answer.key));
  }

  private async deliver(answer: Answer, isLeaving: boolean): Promise<void> {
    this.sending.add(answer.key);
    this.changed();
    const reply = await this.options.send(answer, isLeaving);
    this.sending.delete(answer.key);
    if (isPassing(reply) || reply.status === 401) {
      this.tried.add(answer.key);
      this.trouble = reply.status === 401 ? 'signed-out' : 'unreachable';
      this.retrySeconds = Math.min(this.retrySeconds * 2, longestRetrySeconds);
      this.changed();
      return this.settle(answer, { type: 'waiting' });
    }
    this.trouble = 'none';
    this.retrySeconds = firstRetrySeconds;
    if (isSuccess(reply)) {
      // What an earlier page left behind arrives without a word.
      if (this.awaiting.has(answer.key) && !answer.isAside) this.delivered = answer;
      if ((reply.data as { status?: string } | null)?.status === 'late') this.options.onLate?.(answer);
      this.arrived(answer, (reply.data as { check?: AnswerCheck } | null)?.check);
      return this.settle(answer, { type: 'sent' });
    }
    this.refuse(answer, this.options.explain(reply));
  }

  /** The person is told, and their writing stays until they dismiss it, unless whoever still waits for the outcome deals with it. */
  private refuse(answer: Answer, message: string): void {
    const isDealtWith = this.awaiting.get(answer.key)?.dealsWithRefusal ?? false;
    if (answer.writing !== undefined && !isDealtWith) {
      answer.refusal = message;
      this.tried.delete(answer.key);
      this.store(answer);
      this.changed();
    } else this.forget(answer);
    this.settle(answer, { type: 'refused', message });
    if (!isDealtWith) this.options.onRefused?.(answer, message);
  }

  private arrived(answer: Answer, check: AnswerCheck | undefined): void {
    if (!answer.asked || !check || check.isRight) return this.forget(answer);
    answer.missed = check;
    this.tried.delete(answer.key);
    this.store(answer);
    this.changed();
  }

  private settle(answer: Answer, outcome: Outcome): void {
    this.awaiting.get(answer.key)?.resolve(outcome);
    this.awaiting.delete(answer.key);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    const waits = this.pending().map((answer) => (this.tried.has(answer.key) ? this.retrySeconds * 1000 : answer.holdUntil - now));
    if (waits.length > 0) this.timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(...waits)));
  }

  private changed(): void {
    const answers = [...this.answers.values()];
    const waitingAsides = answers.filter(({ key, isAside }) => isAside && this.tried.has(key)).length;
    this.state = {
      held: this.pending().findLast((answer) => answer.holdUntil > 0 && !this.tried.has(answer.key)) ?? null,
      delivered: this.delivered,
      waiting: this.tried.size - waitingAsides,
      waitingAsides,
      trouble: this.tried.size > 0 ? this.trouble : 'none',
      refused: answers.filter((answer) => answer.refusal !== undefined),
      missed: answers.filter((answer) => answer.missed !== undefined),
    };
    this.listeners.forEach((listener) => listener());
  }

  private forget(answer: Answer): void {
    this.answers.delete(answer.key);
    this.tried.delete(answer.key);
    try {
      this.options.storage.removeItem(this.prefix + answer.key);
    } catch {
      // It was never stored.
    }
    this.changed();
  }

  private store(answer: Answer): void {
    try {
      this.options.storage.setItem(this.prefix + answer.key, JSON.stringify(answer));
    } catch {
      // Storage is full or forbidden: the answer still lives in memory and is sent as usual.
    }
  }

  /** What an earlier page left behind; that can no longer be taken back. */
  private stored(): Answer[] {
    const { storage } = this.options;
    try {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
        key.startsWith(this.prefix),
      );
      return keys.map((key) => ({ ...(JSON.parse(storage.getItem(key) ?? '') as Answer), holdUntil: 0 }));
    } catch {
      return [];
    }
  }
}
