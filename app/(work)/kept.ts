/**
 * What somebody has typed and not sent yet, kept on this device. Every tab has an entry of its own, so that two tabs never overwrite each
 * other's; a tab that has none takes up the newest there is. No React in here.
 */
export type KeptStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

type Entry<T> = { at: number; value: T };

export class Kept<T> {
  /** The other tab's entry that this one went on from. */
  private takenUp: string | null = null;

  /** @param name no prefix of another's */
  constructor(
    private readonly name: string,
    private readonly tab: string,
    private readonly storage: KeptStorage,
  ) {}

  read(): T | null {
    const own = this.entry(this.own);
    if (own) return own.value;
    const others = this.keys().flatMap((key) => {
      const entry = this.entry(key);
      return entry ? [{ key, ...entry }] : [];
    });
    const newest = others.toSorted((a, b) => b.at - a.at)[0];
    this.takenUp = newest?.key ?? null;
    return newest?.value ?? null;
  }

  write(value: T): void {
    try {
      this.storage.setItem(this.own, JSON.stringify({ at: Date.now(), value } satisfies Entry<T>));
    } catch {
      // Storage is full or forbidden: it is still on the page.
    }
  }

  /** It has been sent, or thrown away on purpose. */
  clear(): void {
    for (const key of [this.own, this.takenUp]) if (key) this.remove(key);
    this.takenUp = null;
  }

  /** Of all tabs. */
  clearAll(): void {
    for (const key of this.keys()) this.remove(key);
  }

  private get own(): string {
    return `${this.name}:${this.tab}`;
  }

  private keys(): string[] {
    try {
      return Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? '').filter((key) =>
        key.startsWith(`${this.name}:`),
      );
    } catch {
      return [];
    }
  }

  private entry(key: string): Entry<T> | null {
    try {
      return JSON.parse(this.storage.getItem(key) ?? 'null') as Entry<T> | null;
    } catch {
      return null;
    }
  }

  private remove(key: string): void {
    try {
      this.storage.removeItem(key);
    } catch {
      // It was never stored.
    }
  }
}
