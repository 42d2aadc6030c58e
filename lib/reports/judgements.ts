/**
 * Judgements as ratings of units, as all statistics read them. A unit is a pair of responses, whichever stood first, or one response; its value
 * is a number: of a pair the strength of the preference with a sign (−3 … 3 on every scale, positive for the response whose id is lower), of
 * a response its grade, on the longest scale that occurs, or `safe` and `unsafe`.
 */
import { db } from '@/db/client';
import { pairJudgements, responseJudgements, type PairJudgement, type ResponseJudgement } from '@/db/queries/judgements';
import type { Side } from '@/lib/agreement/bias';
import type { Rating, Value } from '@/lib/agreement/ratings';
import { strengthOf } from '@/lib/tasks/scale';
import { aspectOf, type JudgedKind } from './filter';

/** More are not read: the newest ones say how it is now, and figures stay a matter of a second. */
export const mostJudgements = 50_000;

export type Judged = Rating & {
  at: number;
  seconds: number | null;
  isRetest: boolean;
  /** compare: what was on screen. */
  shown: { side: Side; leftLength: number; rightLength: number } | null;
};

export type Judgements = {
  /** In the order in which they were given. */
  all: Judged[];
  /** There are more, and the oldest were left out. */
  isCapped: boolean;
};

export type JudgementsOf = {
  projectId: string;
  kind: JudgedKind;
  subject: string;
  round?: number;
  late: 'with' | 'without';
  sharedWith?: string;
};

export async function readJudgements({ kind, subject, late, ...query }: JudgementsOf): Promise<Judgements> {
  const wanted = { ...query, withLate: late === 'with', limit: mostJudgements + 1 };
  if (kind === 'rate') {
    const rows = await responseJudgements(db(), wanted);
    const points = rows.reduce((most, row) => Math.max(most, row.scalePoints), 2);
    return cut(rows, (row) => ofResponse(row, subject, points));
  }
  return cut(await pairJudgements(db(), kind, wanted), (row) => ofPair(row, subject, kind === 'compare'));
}

function cut<R>(newestFirst: R[], toJudged: (row: R) => Judged | null): Judgements {
  const all = newestFirst.slice(0, mostJudgements).reverse().flatMap((row) => toJudged(row) ?? []); // prettier-ignore
  return { all, isCapped: newestFirst.length > mostJudgements };
}

function ofPair(row: PairJudgement, subject: string, isOnScreen: boolean): Judged | null {
  const { rater, at, seconds, isRetest, scalePoints, responseA, responseB, isSwapped, lengthA, lengthB } = row;
  const aspect = aspectOf(subject);
  const grade = aspect === null ? row.grade : row.aspects[aspect];
  if (grade === undefined) return null;
  const isAFirst = responseA < responseB;
  const strength = Math.sign(grade) * strengthOf(grade, scalePoints);
  const lead = isSwapped ? -grade : grade;
  const side = lead > 0 ? 'left' : lead < 0 ? 'right' : 'tie';
  const [leftLength, rightLength] = isSwapped ? [lengthB, lengthA] : [lengthA, lengthB];
  return {
    unit: isAFirst ? `${responseA} ${responseB}` : `${responseB} ${responseA}`,
    rater,
    // Never −0, which is another value than 0 to a Map of JSON.
    value: (isAFirst ? strength : -strength) + 0,
    at,
    seconds,
    isRetest,
    shown: isOnScreen ? { side, leftLength, rightLength } : null,
  };
}

/** @param points of the longest scale among all judgements */
function ofResponse(row: ResponseJudgement, subject: string, points: number): Judged | null {
  const { rater, at, seconds, isRetest, scalePoints, response, isSafe } = row;
  const aspect = aspectOf(subject);
  const grade = aspect === null ? undefined : row.aspects[aspect];
  const value = aspect === null ? safetyOf(isSafe) : grade === undefined ? null : 1 + ((grade - 1) * (points - 1)) / (scalePoints - 1);
  return value === null ? null : { unit: response, rater, value, at, seconds, isRetest, shown: null };
}

const safetyOf = (isSafe: boolean | null): Value | null => (isSafe === null ? null : isSafe ? 'safe' : 'unsafe');

/** Of a pair, who is better without by how much; of a response what it is. */
export const verdicts = <R extends Rating>(ratings: readonly R[], kind: JudgedKind): R[] =>
  kind === 'rate' ? [...ratings] : ratings.map((rating) => ({ ...rating, value: Math.sign(Number(rating.value)) }));
