/** Where the loop is, in numbers and words. Pure. */
import type { ProjectDetail } from '@/lib/projects/project';
import type { RoundSummary } from '@/lib/rounds/round';
import type { WorkProgress } from '@/lib/tasks/claim';
import { stageNames } from '../../components/names';
import type { Station } from './loop-picture';

const number = (value: number): string => value.toLocaleString('en');

export function stationsOf(of: {
  counts: ProjectDetail['counts'];
  work: WorkProgress;
  last?: RoundSummary;
}): [Station, Station, Station, Station] {
  const { counts, work, last } = of;
  const running = last?.state === 'running' ? last : undefined;
  const isSampling = running ? running.stage === 'sample' : work.compare.total === 0 && counts.prompts > 0;
  const training = running ? `round ${running.number}, ${stageNames[running.stage]}` : last ? `${number(last.number)} so far` : 'none yet';
  return [
    { title: 'People write', detail: `${number(counts.demonstrations)} demonstrations`, isActive: !running && work.demonstrate.open > 0 },
    {
      title: 'People compare',
      detail: `${number(counts.comparisons)} comparisons, ${number(work.compare.open)} open`,
      isActive: !running && work.compare.open > 0,
    },
    { title: 'A round trains', detail: training, isActive: running !== undefined && !isSampling },
    { title: last ? 'The policy answers' : 'The model answers', detail: `${number(counts.prompts)} prompts`, isActive: isSampling },
  ];
}
