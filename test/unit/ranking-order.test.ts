import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSigns, placeOf, put, ranksOf, startOrder, step, toggleTie, type Order } from '@/app/(work)/rank/order';

const signs = (order: Order) => inSigns(order, (response) => 'ABCD'[response]!);
const from = (text: string): Order => text.split(' > ').map((place) => place.split(' = ').map((letter) => 'ABCD'.indexOf(letter)));
const [A, B, C, D] = [0, 1, 2, 3];

describe('an order', () => {
  it.each([
    ['up past the place above', () => step(from('A > B > C > D'), C, -1), 'A > C > B > D'],
    ['up past a tie as a whole', () => step(from('A = B > C > D'), C, -1), 'C > A = B > D'],
    ['up out of a tie', () => step(from('A > B = C > D'), C, -1), 'A > C > B > D'],
    ['down out of a tie', () => step(from('A > B = C > D'), B, 1), 'A > C > B > D'],
    ['up from the first place: stays', () => step(from('A > B > C > D'), A, -1), 'A > B > C > D'],
    ['down from the last place: stays', () => step(from('A > B > C > D'), D, 1), 'A > B > C > D'],
    ['tied with the one above', () => toggleTie(from('A > B > C > D'), C), 'A > B = C > D'],
    ['tied with a tie above', () => toggleTie(from('A = B > D > C'), D), 'A = B = D > C'],
    ['untied: right below', () => toggleTie(from('A = B = C > D'), B), 'A = C > B > D'],
    ['tied where nothing is above: stays', () => toggleTie(from('A > B > C > D'), A), 'A > B > C > D'],
    ['put on place 1', () => put(from('A > B = C > D'), C, 0), 'C > A > B > D'],
    ['put on the last place', () => put(from('A > B > C > D'), A, 3), 'B > C > D > A'],
  ])('%s', (_, moved, expected) => expect(signs(moved())).toBe(expected));

  it('holds every response once and no empty place, whatever is done to it', () => {
    const action = fc.record({ what: fc.constantFrom('up', 'down', 'tie', 'put'), response: fc.nat(8), at: fc.nat(9) });
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.array(action, { maxLength: 30 }), (count, actions) => {
        let order = startOrder(count);
        for (const { what, response: any, at } of actions) {
          const response = any % count;
          order =
            what === 'put'
              ? put(order, response, at)
              : what === 'tie'
                ? toggleTie(order, response)
                : step(order, response, what === 'up' ? -1 : 1);
          expect(order.flat().toSorted()).toEqual(Array.from({ length: count }, (_, i) => i));
          expect(order.every((place) => place.length > 0)).toBe(true);
        }
        const ranks = ranksOf(order);
        expect(ranks).toHaveLength(count);
        ranks.forEach((rank, response) => expect(placeOf(order, response)).toBe(rank - 1));
      }),
    );
  });

  it('tied and untied again differs at most in which of the two stands above', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), (response) => {
        const order = startOrder(4);
        expect(signs(toggleTie(toggleTie(order, response), response))).toBe(signs(order));
      }),
    );
  });
});
