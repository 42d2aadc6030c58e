'use client';
/** A judgement of a pair in words: "A slightly better". */
import { degreeOf } from '@/lib/tasks/scale';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';

export type Judged = { grade: number; scalePoints: number; isBothBad: boolean };

export function useGradeWords(): (judged: Judged) => string {
  const t = useWords(compareWords);
  return ({ grade, scalePoints, isBothBad }) => {
    if (isBothBad) return t.bothBad;
    const degree = degreeOf(grade, scalePoints);
    return degree === null ? t.tie : t.degrees[degree](grade > 0 ? 'A' : 'B');
  };
}
