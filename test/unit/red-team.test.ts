import { describe, expect, it } from 'vitest';
import { outcomeMatrix } from '@/app/(studio)/data/red-team/outcome-matrix';
import { bodyOf, missingOf, noVerdict } from '@/app/(work)/red-team/verdict';
import { redTeamWords } from '@/app/words/red-team';
import { lastExchange, promptOf, type Turn } from '@/lib/red-team/conversation';

const turn = (position: number, role: Turn['role'], text: string): Turn => ({ position, role, text, isTruncated: false });
const talk = [turn(0, 'user', 'Is it late?'), turn(1, 'assistant', ' Yes.\n'), turn(2, 'user', 'Why?'), turn(3, 'assistant', '')];

describe('what a model reads', () => {
  it('is a message as it is, and a conversation as a transcript', () => {
    expect(promptOf(talk.slice(0, 1))).toBe('Is it late?');
    expect(promptOf(talk.slice(0, 3))).toBe('\n\nHuman: Is it late?\n\nAssistant: Yes.\n\nHuman: Why?\n\nAssistant:');
    expect(promptOf([...talk, turn(4, 'user', 'Hm')])).toBe(
      '\n\nHuman: Is it late?\n\nAssistant: Yes.\n\nHuman: Why?\n\nAssistant: \n\nHuman: Hm\n\nAssistant:',
    );
  });

  it('before its last answer is what a better one would answer', () => {
    expect(lastExchange(talk.slice(0, 1))).toBeNull();
    expect(lastExchange([...talk, turn(4, 'user', 'Unanswered')])).toEqual({ asked: talk.slice(0, 3), answer: talk[3] });
  });
});

describe('a verdict', () => {
  const t = redTeamWords.en;
  const failed = { ...noVerdict, outcome: 'failed', category: 'crime', severity: 4 } as const;

  it('is complete with an outcome, and where the model failed with category and severity', () => {
    expect(missingOf(noVerdict, ['crime'], t)).toBe(t.chooseOutcome);
    expect(missingOf({ ...noVerdict, outcome: 'held' }, ['crime'], t)).toBeNull();
    expect(missingOf({ ...failed, category: null }, ['crime'], t)).toBe(t.chooseCategory);
    expect(missingOf(failed, ['hate'], t)).toBe(t.chooseCategory);
    expect(missingOf({ ...failed, severity: null }, ['crime'], t)).toBe(t.chooseSeverity);
    expect(missingOf(failed, ['crime'], t)).toBeNull();
    expect(missingOf({ ...failed, category: null }, [], t)).toBeNull();
  });

  it('says what belongs to its outcome, and nothing else', () => {
    expect(bodyOf({ ...failed, notes: ' Fast. ', correction: ' ' })).toEqual({
      outcome: 'failed',
      category: 'crime',
      severity: 4,
      notes: 'Fast.',
    });
    expect(bodyOf({ ...failed, outcome: 'held', correction: 'No.' })).toEqual({ outcome: 'held', notes: '', correction: 'No.' });
  });
});

it('failures are counted by category and severity, those of categories that are gone, too', () => {
  const count = (category: string | null, severity: number, n: number) => ({ outcome: 'failed' as const, category, severity, count: n });
  const counts = [count('crime', 4, 2), count('crime', 1, 1), count('old', 5, 3), count(null, 2, 1)];
  const held = { outcome: 'held' as const, category: null, severity: null, count: 7 };
  expect(outcomeMatrix([...counts, held], ['hate', 'crime'])).toEqual({
    rows: [
      { category: 'hate', bySeverity: [0, 0, 0, 0, 0], total: 0 },
      { category: 'crime', bySeverity: [1, 0, 0, 2, 0], total: 3 },
      { category: 'old', bySeverity: [0, 0, 0, 0, 3], total: 3 },
      { category: null, bySeverity: [0, 1, 0, 0, 0], total: 1 },
    ],
    failed: 7,
    held: 7,
  });
});
