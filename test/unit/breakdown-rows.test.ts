import { expect, it } from 'vitest';
import { breakdownsOf, isOfBreakdown } from '@/app/(studio)/rounds/[id]/breakdown-rows';
import { groupsOf } from '@/app/(studio)/rounds/[id]/metric-catalog';
import { metricWords } from '@/app/words/metrics';
import { roundWords } from '@/app/words/round';

const values: Record<string, number> = {
  eval_accuracy: 0.8,
  'eval_accuracy/strength/3': 0.9,
  'eval_pairs/strength/3': 10,
  'eval_accuracy/round/10': 0.5,
  'eval_pairs/round/10': 4,
  'eval_accuracy/round/0': 1,
  'eval_pairs/round/0': 2,
  'eval_agreement/annotator/id-1': 0.7,
  'eval_pairs/annotator/id-1': 6,
  'eval_accuracy/confidence/0.7': 0.6,
  'eval_confidence/confidence/0.7': 0.65,
  'eval_pairs/confidence/0.7': 5,
};
const points = Object.entries(values).map(([key, value], id) => ({ id, jobId: 'j', stage: 'reward' as const, step: 9, key, value }));

it('what was measured in groups becomes tables, with names that people know', () => {
  const tables = breakdownsOf(points, 'reward', { 'id-1': 'Ann' }, roundWords.en);
  expect(
    tables.map(({ dimension, rows }) => [dimension, ...rows.map(({ name, accuracy, pairs }) => `${name}: ${accuracy} of ${pairs}`)]),
  ).toEqual([
    ['strength', 'Grade 3: 0.9 of 10'],
    ['round', 'Before round 1: 1 of 2', 'Round 10: 0.5 of 4'],
    ['annotator', 'Ann: 0.7 of 6'],
    ['confidence', 'up to 70%: 0.6 of 5'],
  ]);
  expect(tables.at(-1)!.rows[0]!.confidence).toBe(0.65);
  expect(breakdownsOf(points, 'sft', {}, roundWords.en)).toEqual([]);
});

it('and is no chart', () => {
  expect(isOfBreakdown('eval_accuracy')).toBe(false);
  expect(groupsOf(points, 'reward', metricWords.en).flatMap(({ charts }) => charts.map(({ key }) => key))).toEqual(['accuracy']);
});
