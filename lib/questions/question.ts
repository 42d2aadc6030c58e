/** Questions as those who asked and those who answer see them, and how long their texts may be. Nothing but types is imported: pages read it, too. */
import type { Called } from '@/lib/people/names';
import type { QuestionRow } from '@/db/queries/questions';

export type { Precedent } from '@/db/queries/precedents';

export const longestQuestion = 2000;
export const longestAnswer = 5000;
export const longestTitle = 120;

/** Of one's own. Who answered is not told. */
export type OwnQuestion = QuestionRow & { isSeen: boolean };
/**
 * `person`: null once their answers have been removed. `isKnown`: the prompt has a pair whose answer is known, which an answer could tell.
 * `isHeld`: the person is still to answer that pair; until then no annotator sees what is answered here.
 */
export type AskedQuestion = QuestionRow & { person: Called | null; reviewer: Called | null; isKnown: boolean; isHeld: boolean };
