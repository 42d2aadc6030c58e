/**
 * What stands before work when somebody asks for a task: the entrance quiz, of which annotators get the items first, and gold items,
 * which come unmarked among comparisons. Reviewers and admins take no quiz.
 */
import type { Db } from '@/db/client';
import type { Claimant } from '@/db/queries/claim-task';
import { countChecks } from '@/db/queries/claim-task';
import { countSinceGold, findQuizResult, markPassed } from '@/db/queries/known-answers';
import type { findActiveLeases } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { HeedError } from '@/lib/errors';
import type { CheckSettings } from '@/lib/projects/settings';
import { goldEvery, isGoldDue, quizState, type QuizState } from './quiz';

type Open = Awaited<ReturnType<typeof findActiveLeases>>;

/** Call it in a transaction that has locked the person's row. `openPairs`: comparisons that they hold. */
export async function quizStateOf(tx: Db, actor: Actor, by: Claimant, settings: CheckSettings, openPairs: Open): Promise<QuizState> {
  if (settings.quizItems === 0 || actor.role !== 'annotator') return { type: 'qualified' };
  const result = await findQuizResult(tx, by);
  if (result.isPassed) return { type: 'qualified' };
  const state = quizState({
    ...result,
    items: settings.quizItems,
    passShare: settings.quizPassShare,
    open: openPairs.filter(({ purpose }) => purpose === 'quiz').length,
    left: await countChecks(tx, { ...by, kind: 'compare' }, 'quiz'),
  });
  if (state.type === 'passed') await markPassed(tx, by);
  return state;
}

/** Why there is no work yet. */
export function quizRefusal(state: Exclude<QuizState, { type: 'qualified' | 'passed' }>): HeedError {
  if (state.type === 'failed') {
    const { asked, right, needed } = state;
    return new HeedError(
      'forbidden',
      `You have answered ${right} of the ${asked} quiz pairs as expected; ${needed} are needed before work begins. Nothing is lost: read the guidelines once more, and ask a reviewer, who can give you another attempt or let you begin.`,
      { details: { reason: 'not-qualified', asked, right, needed } },
    );
  }
  if (state.type === 'waiting')
    return new HeedError('conflict', 'Your last quiz answers are on their way. Work begins when they are there.', {
      details: { reason: 'quiz-waiting' },
    });
  return new HeedError('forbidden', 'Before work begins there is a short quiz. You find it under Compare.', {
    details: { reason: 'quiz-first' },
  });
}

/** Only one at a time is out. */
export async function isGoldNext(tx: Db, by: Claimant, { goldShare }: CheckSettings, open: Open): Promise<boolean> {
  const every = goldEvery(goldShare);
  if (every === null || by.kind !== 'compare' || open.some(({ purpose }) => purpose === 'gold')) return false;
  return isGoldDue(goldShare, await countSinceGold(tx, by, every));
}
