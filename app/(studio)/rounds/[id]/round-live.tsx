'use client';
/** The stages of a round as tabs, with their progress; below, the charts of the chosen one. Follows the running stage until somebody picks another. */
import clsx from 'clsx';
import { Tabs } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import type { Stage } from '@/db/enums';
import type { MetricPoint, StageView } from '@/lib/rounds/round';
import type { StageSample } from '@/lib/training/contract';
import { Chart, short } from '../../../components/chart';
import { StateBadge } from '../../../components/badge';
import { ProgressBar } from '../../../components/progress-bar';
import { useLanguage, useWords } from '../../../words/language';
import { metricWords } from '../../../words/metrics';
import { nameWords } from '../../../words/names';
import { roundWords } from '../../../words/round';
import { breakdownsOf } from './breakdown-rows';
import { Breakdowns } from './breakdowns';
import { groupsOf, type MetricChart } from './metric-catalog';
import { StageSamples } from './stage-samples';
import { useRoundStream } from './use-round-stream';

type Props = {
  roundId: string;
  isRunning: boolean;
  stages: StageView[];
  /** All that the round will run. */
  stageOrder: Stage[];
  initialPoints: MetricPoint[];
  stageSamples: (StageSample & { stage: Stage })[];
  /** Names by id. */
  annotators: Record<string, string>;
  samples: ReactNode;
};

export function RoundLive({ roundId, isRunning, stages, stageOrder, initialPoints, stageSamples, annotators, samples }: Props) {
  const t = useWords(roundWords);
  const { stages: stageNames } = useWords(nameWords);
  const { points, progressOf } = useRoundStream(roundId, isRunning, initialPoints);
  const [picked, setPicked] = useState<Stage | null>(null);
  // Finished samples have no curves to look at.
  const newest = stages.findLast(({ stage, state }) => stage !== 'sample' || state !== 'succeeded');
  const chosen = picked ?? newest?.stage ?? 'sft';

  return (
    <Tabs.Root value={chosen} onValueChange={(value) => setPicked(value as Stage)}>
      <Tabs.List aria-label={t.stages} className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {stageOrder.map((name) => {
          const stage = stages.find((one) => one.stage === name);
          const fraction = stage ? progressOf(stage) : 0;
          return (
            <Tabs.Trigger
              key={name}
              value={name}
              className="flex flex-col justify-between gap-2.5 rounded-lg border border-line bg-surface p-4 text-left hover:border-edge data-[state=active]:border-accent data-[state=active]:ring-1 data-[state=active]:ring-accent"
            >
              <span className="flex w-full flex-wrap items-center justify-between gap-2">
                <span className={clsx('font-medium', !stage && 'text-muted')}>{stageNames[name]}</span>
                {stage ? <StateBadge state={stage.state} /> : <span className="text-xs text-muted">{t.waits}</span>}
              </span>
              <ProgressBar label={t.progressOf(stageNames[name])} fraction={fraction} />
            </Tabs.Trigger>
          );
        })}
      </Tabs.List>
      {stageOrder.map((name) => (
        <Tabs.Content key={name} value={name} className="mt-6">
          <StageMetrics points={points} stage={name} isRunning={stages.some((one) => one.stage === name && one.state === 'running')} />
          <Breakdowns of={breakdownsOf(points, name, annotators, t)} />
          <StageSamples of={stageSamples.filter((one) => one.stage === name)} />
          {name === 'sample' && samples}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function StageMetrics({ points, stage, isRunning }: { points: MetricPoint[]; stage: Stage; isRunning: boolean }) {
  const t = useWords(roundWords);
  const groups = groupsOf(points, stage, useWords(metricWords));
  if (groups.length === 0) {
    if (stage === 'sample') return null;
    return <p className="py-10 text-center text-muted">{isRunning ? t.numbersComing : t.noNumbers}</p>;
  }
  return groups.map(({ title, charts }) => (
    <section key={title} aria-label={title} className="mb-8">
      <h2 className="mb-3 text-sm font-medium text-muted">{title}</h2>
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {charts.filter(isCurve).map(({ key, help, series }) => (
          <Chart key={key} title={key} help={help} series={series} />
        ))}
      </div>
      <Numbers charts={charts.filter((chart) => !isCurve(chart))} />
    </section>
  ));
}

const isCurve = (chart: MetricChart): boolean => chart.series.some((series) => series.points.length > 1);

/** What was measured once is a number, not a curve. */
function Numbers({ charts }: { charts: MetricChart[] }) {
  const language = useLanguage();
  if (charts.length === 0) return null;
  return (
    <dl className="mt-4 flex flex-wrap gap-x-10 gap-y-4 rounded-lg border border-line bg-surface p-4">
      {charts.flatMap(({ help, series }) =>
        series.map(({ label, key, points: [point] }) => (
          <div key={key}>
            <dt className="font-mono text-xs text-muted">{key}</dt>
            <dd className="text-lg font-medium tabular-nums">{point && short(point.value, language)}</dd>
            <dd className="text-xs text-muted">{help || label}</dd>
          </div>
        )),
      )}
    </dl>
  );
}
