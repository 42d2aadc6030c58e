import { describe, expect, it } from 'vitest';
import { Kept, type KeptStorage } from '@/app/(work)/kept';
import { memoryStorage } from '../support/memory-storage';

describe('what is typed', () => {
  it('comes back to its tab, and two tabs keep their own', () => {
    const storage = memoryStorage();
    const [one, two] = ['one', 'two'].map((tab) => new Kept<string>('message', tab, storage));
    one!.write('from one');
    two!.write('from two');
    expect(new Kept<string>('message', 'one', storage).read()).toBe('from one');
    expect(new Kept<string>('message', 'two', storage).read()).toBe('from two');
    one!.clear();
    expect(new Kept<string>('message', 'two', storage).read()).toBe('from two');
    expect(new Kept<string>('other message', 'two', storage).read()).toBeNull();
  });

  it('of a tab that is gone is taken up by a new one, once', () => {
    const storage = memoryStorage();
    new Kept<string>('message', 'gone', storage).write('precious');
    const next = new Kept<string>('message', 'next', storage);
    expect(next.read()).toBe('precious');
    next.write('precious, and more');
    next.clear();
    expect(storage.length).toBe(0);
  });

  it('is forgotten in all tabs where it no longer matters', () => {
    const storage = memoryStorage();
    for (const tab of ['one', 'two']) new Kept<string>('verdict', tab, storage).write(tab);
    new Kept<string>('verdict', 'one', storage).clearAll();
    expect(storage.length).toBe(0);
  });

  it('needs no storage, and minds no rubbish in it', () => {
    const forbidden: KeptStorage = {
      get length(): number {
        throw new Error('forbidden');
      },
      key: () => null,
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {
        throw new Error('forbidden');
      },
    };
    const kept = new Kept<string>('message', 'one', forbidden);
    kept.write('text');
    expect(kept.read()).toBeNull();
    kept.clear();
    kept.clearAll();
    const storage = memoryStorage();
    storage.setItem('message:one', '{');
    expect(new Kept<string>('message', 'one', storage).read()).toBeNull();
  });
});
