/** Where the loop is, in numbers and words. Pure. */
import type { ProjectDetail } from '@/lib/projects/project';
import type { RoundSummary } from '@/lib/rounds/round';
import type { WorkProgress } from '@/lib/tasks/claim';
import type { loopWords } from '../../words/loop';
import type { nameWords } from '../../words/names';
import type { Language } from '../../words/words';
import type { Station } from './loop-picture';

export function stationsOf(of: {
  t: (typeof loopWords)[Language];
  names: (typeof nameWords)[Language];
  number: (value: number) => string;
  counts: ProjectDetail['counts'];
  work: WorkProgress;
  last?: RoundSummary;
}): [Station, Station, Station, Station] {
  const { t, names, number, counts, work, last } = of;
  const running = last?.state === 'running' ? last : undefined;
  const isSampling = running ? running.stage === 'sample' : work.compare.total === 0 && counts.prompts > 0;
  const training = running ? t.roundAt(running.number, names.stages[running.stage]) : last ? t.soFar(number(last.number)) : t.noneYet;
  return [
    { title: t.write, detail: t.demonstrations(number(counts.demonstrations)), isActive: !running && work.demonstrate.open > 0 },
    {
      title: t.compare,
      detail: t.comparisons(number(counts.comparisons), number(work.compare.open)),
      isActive: !running && work.compare.open > 0,
    },
    { title: t.trains, detail: training, isActive: running !== undefined && !isSampling },
    { title: last ? t.policyAnswers : t.modelAnswers, detail: t.prompts(number(counts.prompts)), isActive: isSampling },
  ];
}
