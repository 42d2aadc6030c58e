import { describe, expect, it } from 'vitest';
import { problemsOf } from '@/lib/rounds/readiness';

const ready = {
  slug: 'demo',
  demonstrations: { have: 8, need: 8 },
  comparisons: { have: 16, need: 16 },
  labels: { undecided: 0, trainableDemonstrations: 8, trainable: { comparisons: 16, prompts: 9, pairs: 16, clear: 15 } },
  prompts: 10,
  pairs: null,
};

const reasonsOf = (facts: Parameters<typeof problemsOf>[0]) => problemsOf(facts).map(({ reason }) => reason);

describe('readiness says what is missing, how much, and how to get it', () => {
  it('nothing when all is there', () => expect(reasonsOf(ready)).toEqual([]));

  it('an empty project', () => {
    const problems = reasonsOf({
      ...ready,
      demonstrations: { have: 0, need: 8 },
      comparisons: { have: 0, need: 16 },
      prompts: 0,
      pairs: undefined,
    });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('./bin/heed import prompts FILE --project demo');
    expect(problems[1]).toMatch(/^Demonstrations: 0 of 8\. Fewer are learned by heart\. Write them on the Demonstrate page/);
    expect(problems[2]).toMatch(
      /^Comparisons: 0 of 16\. From fewer a reward model learns noise\. There will be pairs to judge once there are prompts/,
    );
  });

  it.each([
    [null, 'Judge pairs on the Compare page'],
    [{ state: 'queued', progress: 0, error: null }, 'The trainer must be running.'],
    [{ state: 'running', progress: 0.42, error: null }, 'is being sampled (42%)'],
    [{ state: 'failed', progress: 0, error: 'No tokenizer.' }, 'sampling the base model failed: No tokenizer.'],
    [{ state: 'succeeded', progress: 1, error: null }, 'All pairs are judged. Import more prompts'],
  ])('comparisons while sampling is %j', (pairs, words) => {
    const sampling = pairs && { ...pairs, errorDetails: null };
    const facts = { ...ready, comparisons: { have: 3, need: 16 }, labels: { ...ready.labels, undecided: 5 }, pairs: sampling };
    const [problem] = reasonsOf(facts);
    expect(problem).toMatch(
      /^Comparisons: 3 of 16 \(5 more are ties or “both bad”, which do not count\)\. From fewer a reward model learns noise\. /,
    );
    expect(problem).toContain(words);
  });

  const trainable = ready.labels.trainable;
  it.each([
    [{ trainableDemonstrations: 0 }, /^All 8 demonstrations are empty or on held-out prompts/],
    [{ trainable: { comparisons: 0, prompts: 0, pairs: 0, clear: 0 } }, /^All 16 comparisons are on held-out prompts/],
    [{ trainable: { ...trainable, clear: 0 } }, /^The comparisons contradict each other: of 16 judged pairs/],
    [{ trainable: { ...trainable, prompts: 1 } }, /^All comparisons are on one prompt/],
  ])('enough labels that cannot teach anything: %j', (labels, words) => {
    const problems = reasonsOf({ ...ready, labels: { ...ready.labels, ...labels } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });
});
