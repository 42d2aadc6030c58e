/** Tells whoever answered a pair with a known answer what was expected, in terms of what they saw. */
import { db } from '@/db/client';
import { findCheck } from '@/db/queries/known-answers';
import type { AnswerCheck } from '@/lib/tasks/claim';

/** Undefined where the pair has none, or where it is not to be told. */
export async function checkAnswer(preferenceId: string): Promise<AnswerCheck | undefined> {
  const check = await findCheck(db(), preferenceId);
  if (!check?.isExplained) return undefined;
  const { isRight, expected, explanation, isSwapped } = check;
  const side = expected === 0 ? 'tie' : expected > 0 !== isSwapped ? 'left' : 'right';
  return { isRight, expected: side, explanation };
}
