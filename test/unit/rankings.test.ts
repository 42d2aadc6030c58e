import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRankings } from '@/lib/tasks/make-rankings';
import { pairsOfRanks, withoutGaps } from '@/lib/tasks/ranking-pairs';
import { asOnTask, shownOrder } from '@/lib/tasks/shown-order';

const ranks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 9 });

describe('the pairs that a ranking says', () => {
  it('are those of a ranking written out by hand', () => {
    expect(pairsOfRanks([2, 1, 2])).toEqual([
      { a: 0, b: 1, grade: -1 },
      { a: 0, b: 2, grade: 0 },
      { a: 1, b: 2, grade: 1 },
    ]);
  });

  it('are K(K−1)/2, each two once', () => {
    fc.assert(
      fc.property(ranks, (order) => {
        const pairs = pairsOfRanks(order);
        expect(pairs).toHaveLength((order.length * (order.length - 1)) / 2);
        expect(new Set(pairs.map(({ a, b }) => `${a} ${b}`)).size).toBe(pairs.length);
        for (const { a, b } of pairs) expect(a).toBeLessThan(b);
      }),
    );
  });

  it('never contradict each other: at least as good is transitive, ties stand both ways', () => {
    fc.assert(
      fc.property(ranks, (order) => {
        const grade = new Map(
          pairsOfRanks(order).flatMap(
            ({ a, b, grade }) =>
              [
                [`${a} ${b}`, grade],
                [`${b} ${a}`, -grade],
              ] as const,
          ),
        );
        const isAsGood = (a: number, b: number) => a === b || grade.get(`${a} ${b}`)! >= 0;
        const all = order.map((_, i) => i);
        for (const a of all)
          for (const b of all) for (const c of all) if (isAsGood(a, b) && isAsGood(b, c)) expect(isAsGood(a, c)).toBe(true);
        for (const a of all) for (const b of all) if (a !== b) expect(order[a] === order[b]).toBe(isAsGood(a, b) && isAsGood(b, a));
      }),
    );
  });

  it('do not depend on gaps between ranks', () => {
    expect(withoutGaps([2, 9, 2, 5])).toEqual([1, 3, 1, 2]);
    fc.assert(fc.property(ranks, (order) => void expect(pairsOfRanks(withoutGaps(order))).toEqual(pairsOfRanks(order))));
  });
});

describe('the order in which responses are shown', () => {
  const of = fc.record({ taskId: fc.uuid(), userId: fc.uuid() });

  it('is the same for the same person and task, and holds every response once', () => {
    fc.assert(
      fc.property(of, fc.integer({ min: 3, max: 9 }), (one, count) => {
        expect(shownOrder(one, count)).toEqual(shownOrder(one, count));
        expect(shownOrder(one, count).toSorted()).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('puts each response on each place about as often', () => {
    const people = 6000;
    const firsts = [0, 0, 0];
    for (let i = 0; i < people; i++) firsts[shownOrder({ taskId: 'task', userId: `person ${i}` }, 3)[0]!]!++;
    // Four standard deviations of a binomial count.
    for (const count of firsts) expect(Math.abs(count - people / 3)).toBeLessThan(4 * Math.sqrt((people * 2) / 9));
  });

  it('is taken back: what was said of a response as shown is said of it on the task', () => {
    fc.assert(
      fc.property(of, ranks, (one, onTask) => {
        const order = shownOrder(one, onTask.length);
        expect(
          asOnTask(
            order.map((place) => onTask[place]!),
            order,
          ),
        ).toEqual(onTask);
      }),
    );
  });
});

describe('rankings made of samples', () => {
  const samples = (...texts: string[]) => texts.map((text) => ({ id: `id of ${text}`, text }));
  const ids = (...texts: string[]) => samples(...texts).map(({ id }) => id);

  it('hold different texts only, one of the previous policy among them, and no more than asked for', () => {
    const prompts = [{ promptId: 'p', newer: samples('a', ' b', 'b ', 'c', 'd', 'e'), previous: samples('a ', 'z') }];
    expect(makeRankings(prompts, { wanted: 1, size: 4 })).toEqual([{ promptId: 'p', responseIds: ids('a ', ' b', 'c', 'd') }]);
  });

  it('are made of the prompts with the most different texts, and of none with fewer than three', () => {
    const prompts = [
      { promptId: 'two', newer: samples('a', 'b', 'a '), previous: [] },
      { promptId: 'three', newer: samples('a', 'b', 'c'), previous: [] },
      { promptId: 'four', newer: samples('a', 'b', 'c', 'd'), previous: [] },
    ];
    const made = (wanted: number) => makeRankings(prompts, { wanted, size: 9 }).map(({ promptId }) => promptId);
    expect([made(0), made(1), made(9)]).toEqual([[], ['four'], ['four', 'three']]);
  });

  it('are left out when all their pairs are known', () => {
    const prompts = [{ promptId: 'p', newer: samples('a', 'b', 'c'), previous: [] }];
    const made = (known: string[]) =>
      makeRankings(prompts, { wanted: 1, size: 4 }, (_, a, b) => known.includes(a + b) || known.includes(b + a));
    expect(made(['ab', 'bc'])).toHaveLength(1);
    expect(made(['ab', 'bc', 'ac'])).toHaveLength(0);
  });
});
