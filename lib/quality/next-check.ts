/**
 * What stands before work when somebody asks for a task: the entrance quiz, of which annotators get the items first, and gold items,
 * which come unmarked among comparisons, and so do repeats. Reviewers and admins take no quiz.
 */
import type { Db } from '@/db/client';
import { claimCheck, countChecks, type Claimant, type Claimed } from '@/db/queries/claim-task';
import { countSinceChecks, insertRetest } from '@/db/queries/due-checks';
import { findQuizResult, markPassed } from '@/db/queries/known-answers';
import type { findActiveLeases } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import type { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import type { CheckSettings } from './check-settings';
import { everyOf, isDue, quizState, type QuizState } from './quiz';

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
    return refusal('not-qualified', { asked, right, needed });
  }
  if (state.type === 'waiting') return refusal('quiz-waiting');
  return refusal('quiz-first');
}

/**
 * What is due before anything else: a repeat that waits for the person, then one that is made now, then gold. Only one of each is out
 * at a time. Null where nothing is due, or there is nothing to ask.
 */
export async function claimDueCheck(
  tx: Db,
  wish: Claimant & { leaseSeconds: number },
  settings: CheckSettings,
  { open, hasRepeat }: { open: Open; hasRepeat: boolean },
): Promise<Claimed | null> {
  const repeat = hasRepeat ? await claimCheck(tx, wish, 'retest') : null;
  if (repeat || wish.kind !== 'compare') return repeat;
  const [gold, retest] = (['gold', 'retest'] as const).map((purpose) =>
    open.some((lease) => lease.purpose === purpose) ? 0 : purpose === 'gold' ? settings.goldShare : settings.retestShare,
  ) as [number, number];
  const longest = Math.max(everyOf(gold) ?? 0, everyOf(retest) ?? 0);
  if (longest === 0) return null;
  const since = await countSinceChecks(tx, wish, longest);
  const after = { answers: settings.retestAfterAnswers, hours: settings.retestAfterHours };
  const again = isDue(retest, since.retest) && (await insertRetest(tx, wish, after)) ? await claimCheck(tx, wish, 'retest') : null;
  return again ?? (isDue(gold, since.gold) ? claimCheck(tx, wish, 'gold') : null);
}
