import { describe, expect, it } from 'vitest';
import { problemsOf } from '@/lib/rounds/readiness';

const ready = {
  slug: 'demo',
  demonstrations: { have: 8, need: 8 },
  comparisons: { have: 16, need: 16 },
  undecided: 0,
  prompts: 10,
  pairs: null,
};

describe('readiness says what is missing, how much, and how to get it', () => {
  it('nothing when all is there', () => expect(problemsOf(ready)).toEqual([]));

  it('an empty project', () => {
    const problems = problemsOf({
      ...ready,
      demonstrations: { have: 0, need: 8 },
      comparisons: { have: 0, need: 16 },
      prompts: 0,
      pairs: undefined,
    });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('./bin/heed import prompts FILE --project demo');
    expect(problems[1]).toMatch(/^Demonstrations: 0 of 8\. Write them on the Demonstrate page/);
    expect(problems[2]).toMatch(/^Comparisons: 0 of 16\. There will be pairs to judge once there are prompts/);
  });

  it.each([
    [null, 'Judge pairs on the Compare page'],
    [{ state: 'queued', progress: 0, error: null }, 'The trainer must be running.'],
    [{ state: 'running', progress: 0.42, error: null }, 'is being sampled (42 %)'],
    [{ state: 'failed', progress: 0, error: 'No tokenizer.' }, 'sampling the base model failed: No tokenizer.'],
    [{ state: 'succeeded', progress: 1, error: null }, 'All pairs are judged. Import more prompts'],
  ])('comparisons while sampling is %j', (pairs, words) => {
    const [problem] = problemsOf({ ...ready, comparisons: { have: 3, need: 16 }, undecided: 5, pairs });
    expect(problem).toMatch(/^Comparisons: 3 of 16 \(5 more are ties or "both bad", which do not count\)\. /);
    expect(problem).toContain(words);
  });
});
