import type { ReactNode } from 'react';
import type { Drift } from '@/lib/agreement/drift';
import { spoken } from '@/lib/people/names';
import { annotatorsReport, type Annotator } from '@/lib/reports/annotators';
import { mostJudgements } from '@/lib/reports/judgements';
import { cannot, type Computed } from '@/lib/statistics/computed';
import type { Interval } from '@/lib/statistics/interval';
import { Badge } from '../../components/badge';
import { EmptyState } from '../../components/empty-state';
import { Explained, NoFigure, reportFormat } from '../../components/figure';
import { IntervalPlot } from '../../components/interval-plot';
import { NoProject } from '../../components/no-project';
import { SortableTable, type SortableColumn } from '../../components/sortable-table';
import { chosenProject, pageActor } from '../../guard';
import { annotatorsWords } from '../../words/annotators';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { CsvLink, readReportQuery, ReportFilter, ReportFrame, ReportSection, type ReportPageQuery } from '../report-frame';

export const generateMetadata = async () => ({ title: (await wordsOf(annotatorsWords)).title });

/** Of a side bias, and of a trend: there is one test a person, so the usual 0.05 would mark many by chance. */
const markedBelow = 0.01;

export default async function AnnotatorsPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('data.view', '/annotators');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const query = await readReportQuery(searchParams);
  const report = await annotatorsReport(actor, { ...query, projectId: project.id });
  const [t, r] = [await wordsOf(annotatorsWords), await wordsOf(reportWords)];
  const { number, two, percent, within, withinCell, because, kappa: kappaOf } = await reportFormat();
  const name = (id: string) => spoken(report.names[id]!, r.annotator);
  const compared = report.people.flatMap(({ id, others }) => (others ? [{ id, ...others }] : [])).sort((a, b) => b.share - a.share);
  const together = compared.reduce((sum, { share, units }) => sum + share * units, 0) / compared.reduce((sum, { units }) => sum + units, 0);
  const judgedRound = report.people.find(({ rewardModel }) => rewardModel)?.rewardModel?.round;
  const scoredRound = report.people.flatMap(({ scores }) => (scores?.ok ? scores.value.round : []))[0];

  const narrow = 'whitespace-normal!';
  const columns: (SortableColumn & { of: (one: Annotator) => [value: string | number | null, cell: ReactNode] })[] = [
    { label: t.person, of: ({ id }) => [name(id), name(id)] },
    { label: t.judgements, isNumber: true, of: ({ judgements }) => [judgements, number(judgements)] },
    {
      label: t.seconds,
      isNumber: true,
      className: narrow,
      help: t.secondsHelp,
      of: ({ medianSeconds, pace }) => [
        medianSeconds,
        <Marked key="seconds" mark={pace === 'quick' ? t.quick : pace === 'slow' ? t.slow : null}>
          {medianSeconds === null ? '–' : t.secondsOf(number(medianSeconds, { maximumFractionDigits: 1 }))}
        </Marked>,
      ],
    },
    {
      label: t.others,
      isNumber: true,
      className: narrow,
      help: t.othersHelp,
      of: ({ others }) => [others?.share ?? null, others ? withinCell(others.share, others, percent) : none(cannot('nothing-to-compare'))],
    },
    {
      label: t.accuracy,
      isNumber: true,
      help: t.accuracyHelp,
      of: ({ accuracy }) => [accuracy, accuracy === null ? none(report.reliability) : percent(accuracy)],
    },
    {
      label: t.themselves,
      isNumber: true,
      className: narrow,
      help: t.themselvesHelp,
      of: ({ themselves }) => figure(themselves, ({ share: value }) => value, percent),
    },
    {
      label: t.themselvesKappa,
      isNumber: true,
      className: narrow,
      help: t.themselvesKappaHelp,
      of: ({ themselves }) => {
        const again = themselves.ok ? themselves.value.kappa : themselves;
        if (!again.ok) return [null, none(again)];
        const { kappa, interval } = again.value;
        return [kappa, interval.ok ? withinCell(kappa, interval.value, two) : <Explained key="kappa" {...kappaOf(again.value)} />];
      },
    },
    ...(query.kind !== 'compare'
      ? []
      : [
          { label: t.left, isNumber: true, className: narrow, help: t.leftHelp, of: ({ position }: Annotator) => share(position, true) },
          { label: t.longer, isNumber: true, className: narrow, help: t.longerHelp, of: ({ length }: Annotator) => share(length, false) },
        ]),
    ...(judgedRound === undefined
      ? []
      : [
          {
            label: t.rewardModel,
            isNumber: true,
            className: narrow,
            help: t.rewardModelHelp(judgedRound),
            of: ({ rewardModel }: Annotator): [number | null, ReactNode] => [
              rewardModel?.share ?? null,
              rewardModel ? withinCell(rewardModel.share, rewardModel, percent) : '–',
            ],
          },
        ]),
    ...(query.kind !== 'rate'
      ? []
      : [
          {
            label: t.rewardModel,
            isNumber: true,
            className: narrow,
            help: scoredRound === undefined ? t.scoresHelp : t.scoresOfRound(scoredRound),
            of: ({ scores }: Annotator) => (scores ? figure(scores, ({ rho }) => rho, two) : ([null, '–'] as [null, ReactNode])),
          },
        ]),
    { label: t.drift, help: t.driftHelp, of: ({ drift }) => [drift.ok ? (drift.value.trend?.z ?? 0) : null, trend(drift)] },
  ];
  function none(of: Computed<unknown>): ReactNode {
    return <NoFigure key="none" because={because(of)} />;
  }
  /** The figure with its interval, or a dash that says why there is none. */
  function figure<V extends Interval>(
    of: Computed<V>,
    value: (of: V) => number,
    format: (value: number) => string,
  ): [number | null, ReactNode] {
    if (!of.ok) return [null, none(of)];
    return [value(of.value), withinCell(value(of.value), of.value, format)];
  }
  function share(bias: Annotator['position'], isMarked: boolean): [number | null, ReactNode] {
    const [taken, text] = figure(bias, ({ share: value }) => value, percent);
    return [taken, isMarked && bias.ok && bias.value.p < markedBelow ? <Marked key="share" mark="!">{text}</Marked> : text]; // prettier-ignore
  }
  function trend(drift: Computed<Drift>): ReactNode {
    if (!drift.ok) return none(drift);
    const { trend: found } = drift.value;
    if (!found || found.p >= markedBelow) return t.steady;
    return <Badge tone={found.z < 0 ? 'warn' : 'accent'}>{found.z < 0 ? t.falling : t.rising}</Badge>;
  }

  return (
    <ReportFrame tab="annotators" projectSlug={project.slug} title={t.title} about={t.about}>
      <ReportFilter projectSlug={project.slug} query={query} {...report} />
      {report.people.length === 0 ? (
        <EmptyState title={t.none} />
      ) : (
        <>
          <p className="text-sm text-muted">
            {report.isCapped && r.capped(number(mostJudgements))} {r.because95}
          </p>
          <ReportSection
            title={t.table}
            aside={
              <CsvLink
                actor={actor}
                projectSlug={project.slug}
                report="annotators"
                table={t.table}
                query={{ ...query, subject: report.subject }}
              />
            }
          >
            <SortableTable
              label={t.table}
              columns={columns.map(({ of: _, ...column }) => column)}
              rows={report.people.map((one) => {
                const cells = columns.map(({ of }) => of(one));
                return { id: one.id, values: cells.map(([value]) => value), cells: cells.map(([, cell]) => cell) };
              })}
            />
          </ReportSection>
          {compared.length > 0 && (
            <ReportSection title={t.plot}>
              <IntervalPlot
                label={t.plot}
                rows={compared.map(({ id, share: value, low, high }) => ({
                  id,
                  label: name(id),
                  value,
                  low,
                  high,
                  text: within(value, { low, high }, percent),
                }))}
                from={0}
                to={1}
                reference={{ at: together, label: t.plotAll(percent(together)) }}
                format={percent}
              />
            </ReportSection>
          )}
          <ReportSection title={t.reliability}>
            <div className="max-w-[75ch] text-sm">
              {report.reliability.ok ? (
                <>
                  <p>
                    {(report.reliability.value.converged ? t.converged : t.notConverged)(report.reliability.value.iterations)}{' '}
                    {report.reliability.value.notes.length === 0 && t.nothingAgainst}
                  </p>
                  <ul className="mt-2 list-disc pl-5">
                    {report.reliability.value.notes.map(({ code, note }) => (
                      <li key={note}>{t.note(code, note)}</li>
                    ))}
                  </ul>
                </>
              ) : (
                <p>{because(report.reliability)}</p>
              )}
            </div>
          </ReportSection>
        </>
      )}
    </ReportFrame>
  );
}

function Marked({ mark, children }: { mark: string | null; children: ReactNode }) {
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-x-2">
      {mark && <Badge tone="warn">{mark}</Badge>}
      <span>{children}</span>
    </span>
  );
}
