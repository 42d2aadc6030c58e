/**
 * The models that are loaded for answering: a few, within a budget of memory, the least recently used going first. Whoever asks
 * for one takes turns with the others who do; a queue that is full refuses.
 */
import { stat } from 'node:fs/promises';
import { refusal } from '@/lib/refusals';
import { loadModel, type Model } from '../model/load';
import { Streamer } from '../model/stream';

type Loaded = { model: Model; streamer: Streamer };
type Shelved = { loaded: Promise<Loaded>; bytes: number; users: number; turn: Promise<void> };
export type Turn = Loaded & { release(): void };

export class ModelShelf {
  /** In the order of their last use. */
  private readonly shelf = new Map<string, Shelved>();

  constructor(private readonly limits: { models: number; bytes: number; waiting: number }) {}

  get folders(): string[] {
    return [...this.shelf.keys()];
  }

  /** The model, when it is one's turn. `release` must be called. @throws HeedError not_found, rate_limited, or what loading finds */
  async take(folder: string, signal?: AbortSignal): Promise<Turn> {
    await stat(folder).catch((cause) => {
      this.remove(folder);
      throw refusal('files-gone', { folder }, { cause });
    });
    const entry = this.shelf.get(folder) ?? this.load(folder);
    this.shelf.delete(folder);
    this.shelf.set(folder, entry);
    if (entry.users > this.limits.waiting) throw refusal('model-busy', { waiting: this.limits.waiting });
    entry.users++;
    const before = entry.turn;
    let done = () => {};
    entry.turn = new Promise((resolve) => (done = resolve));
    const release = () => {
      entry.users--;
      done();
      this.makeRoom();
    };
    try {
      const loaded = await entry.loaded;
      entry.bytes = loaded.model.params.data.byteLength;
      await before;
      signal?.throwIfAborted();
      return { ...loaded, release };
    } catch (error) {
      // Those behind must not wait for a turn that is never taken; a model that did not load is tried again next time.
      void before.then(release);
      void entry.loaded.catch(() => this.shelf.get(folder) === entry && this.shelf.delete(folder));
      throw error;
    }
  }

  private load(folder: string): Shelved {
    const loaded = loadModel(folder, 'language').then((model) => ({ model, streamer: new Streamer(model) }));
    return { loaded, bytes: 0, users: 0, turn: Promise.resolve() };
  }

  private makeRoom(): void {
    for (const [folder, { users }] of this.shelf) {
      const bytes = [...this.shelf.values()].reduce((sum, entry) => sum + entry.bytes, 0);
      if (this.shelf.size <= this.limits.models && bytes <= this.limits.bytes) return;
      if (users === 0) this.remove(folder);
    }
  }

  private remove(folder: string): void {
    const entry = this.shelf.get(folder);
    this.shelf.delete(folder);
    // One that never loaded has nothing to free.
    void entry?.loaded.then(
      async ({ streamer }) => {
        await entry.turn;
        await streamer.dispose();
      },
      () => {},
    );
  }
}
