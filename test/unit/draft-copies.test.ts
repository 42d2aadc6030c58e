import { describe, expect, test } from 'vitest';
import { copiesOf, copyKey, keepCopy, startOf, type Copy, type Draft } from '@/app/(work)/draft-copies';
import { memoryStorage } from '../support/memory-storage';

const copy = (text: string, more: Partial<Copy> = {}): Copy => ({ text, revision: 0, from: null, isSaved: false, at: 1, ...more });
const server = (text: string, revision: number, from: Draft['from'] = null): Draft => ({ text, revision, from });

/** What somebody finds who opens the task with these copies on the device. */
function opened(on: Draft | null, copies: Copy[], begin?: Pick<Draft, 'text' | 'from'>) {
  const storage = memoryStorage();
  copies.forEach((one, i) => keepCopy(storage, copyKey('ada', 'task', `tab ${i}`), one));
  const start = startOf(on, copiesOf(storage, 'ada', 'task'), begin);
  return { text: start.draft.text, revision: start.draft.revision, isSaved: start.isSaved, beside: start.beside.map(({ text }) => text) };
}

describe('the texts that there are of a task', () => {
  test('nothing, or the server’s alone', () => {
    expect(opened(null, [])).toEqual({ text: '', revision: 0, isSaved: true, beside: [] });
    expect(opened(server('Dear', 2), [])).toEqual({ text: 'Dear', revision: 2, isSaved: true, beside: [] });
  });

  test('a copy that the server has had counts no more', () => {
    expect(opened(server('newer, from elsewhere', 3), [copy('old', { revision: 2, isSaved: true })])).toMatchObject({
      text: 'newer, from elsewhere',
      beside: [],
    });
    expect(opened(server('same', 3), [copy('same', { revision: 2 })])).toMatchObject({ text: 'same', isSaved: true, beside: [] });
  });

  test('what was typed without a connection comes first', () => {
    expect(opened(server('Dear', 2), [copy('Dear customer', { revision: 2 })])).toEqual({
      text: 'Dear customer',
      revision: 2,
      isSaved: false,
      beside: [],
    });
  });

  test('two tabs, neither saved: the newer one, and the other beside it', () => {
    const tabs = [copy('from the first tab', { at: 10 }), copy('from the second tab', { at: 20 })];
    expect(opened(null, tabs)).toMatchObject({ text: 'from the second tab', beside: ['from the first tab'] });
    expect(opened(null, tabs.toReversed())).toMatchObject({ text: 'from the second tab', beside: ['from the first tab'] });
  });

  test('and a server that went on meanwhile: nothing is left out, nothing is there twice', () => {
    const tabs = [copy('a', { revision: 1, at: 10 }), copy('b', { revision: 1, at: 20 }), copy('b', { revision: 1, at: 5 })];
    expect(opened(server('c', 2), tabs)).toMatchObject({ text: 'b', isSaved: false, beside: ['c', 'a'] });
  });

  test('a draft that was begun with another text is not taken up for this one, and not lost', () => {
    const begin = { text: 'response B', from: 'right' as const };
    expect(opened(server('better A', 2, 'left'), [], begin)).toEqual({
      text: 'response B',
      revision: 2,
      isSaved: false,
      beside: ['better A'],
    });
    expect(opened(server('better B', 2, 'right'), [], begin)).toEqual({ text: 'better B', revision: 2, isSaved: true, beside: [] });
    expect(opened(null, [], begin)).toEqual({ text: 'response B', revision: 0, isSaved: false, beside: [] });
  });

  test('other people’s and other tasks’ copies are left alone, broken ones are passed over', () => {
    const storage = memoryStorage();
    keepCopy(storage, copyKey('grace', 'task', 'x'), copy('hers'));
    keepCopy(storage, copyKey('ada', 'another', 'x'), copy('elsewhere'));
    storage.setItem(copyKey('ada', 'task', 'y'), '{}');
    expect(copiesOf(storage, 'ada', 'task')).toEqual([]);
  });
});
