import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scales } from '@/db/enums';
import { degreeOf, gradesOf, maxGrade, strengthOf } from '@/lib/tasks/scale';

describe('the scale of a comparison', () => {
  it.each([
    [2, [1, -1]],
    [4, [2, 1, -1, -2]],
    [5, [2, 1, 0, -1, -2]],
    [7, [3, 2, 1, 0, -1, -2, -3]],
    [9, [4, 3, 2, 1, 0, -1, -2, -3, -4]],
  ] as const)('of %d points has as many grades, A first', (points, grades) => {
    expect(gradesOf(points)).toEqual(grades);
    expect(grades).toHaveLength(points);
  });

  it('tells strength on the scale of seven points, whatever its own', () => {
    expect([1, 2, 3].map((grade) => strengthOf(grade, 7))).toEqual([1, 2, 3]);
    expect([1, 2].map((grade) => strengthOf(grade, 4))).toEqual([1.5, 3]);
    expect([1, 2].map((grade) => strengthOf(grade, 5))).toEqual([1.5, 3]);
    expect([1, 2, 3, 4].map((grade) => strengthOf(grade, 9))).toEqual([0.75, 1.5, 2.25, 3]);
    expect(strengthOf(-1, 2)).toBe(1);
  });

  it('has a word for every degree', () => {
    for (const points of scales)
      for (const grade of gradesOf(points)) expect(degreeOf(grade, points) === null, `${grade} of ${points}`).toBe(grade === 0);
    expect([1, 2, 3].map((grade) => degreeOf(-grade, 7))).toEqual(['slightly', 'plain', 'much']);
  });

  it('knows a strength without direction, growing with the grade, 0 for ties only', () =>
    fc.assert(
      fc.property(fc.constantFrom(...scales), fc.integer({ min: 0, max: 4 }), (points, grade) => {
        fc.pre(grade <= maxGrade(points));
        const strength = strengthOf(grade, points);
        expect(strengthOf(-grade, points)).toBe(strength);
        expect(strength === 0).toBe(grade === 0);
        expect(strength).toBeLessThanOrEqual(3);
        if (grade > 0) expect(strength).toBeGreaterThan(strengthOf(grade - 1, points));
      }),
    ));
});
