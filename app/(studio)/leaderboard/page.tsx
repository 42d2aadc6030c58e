import type { ReactNode } from 'react';
import { leaderboardQuery, leaderboardReport, type LeaderboardReport } from '@/lib/reports/leaderboard';
import type { Leaderboard } from '@/lib/ranking/bradley-terry';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { Select } from '../../components/field';
import { reportFormat } from '../../components/figure';
import { IntervalPlot } from '../../components/interval-plot';
import { NoProject } from '../../components/no-project';
import { SortableTable } from '../../components/sortable-table';
import { chosenProject, pageActor } from '../../guard';
import { leaderboardWords } from '../../words/leaderboard';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { CsvLink, givenOnce, ReportFrame, ReportSection, subjectName, type ReportPageQuery } from '../report-frame';

export const generateMetadata = async () => ({ title: (await wordsOf(leaderboardWords)).title });

export default async function LeaderboardPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('lineage.view', '/leaderboard');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const asked = leaderboardQuery.safeParse(await givenOnce(searchParams));
  const query = asked.success ? asked.data : leaderboardQuery.parse({});
  const report = await leaderboardReport(actor, { ...query, projectId: project.id });
  const [t, r] = [await wordsOf(leaderboardWords), await wordsOf(reportWords)];
  const { number, two, percent, within, because } = await reportFormat();
  const name = await modelNames();
  const { board, matrix } = report;
  const csv = (of: string, table: string) => <CsvLink actor={actor} projectSlug={project.slug} report={of} table={table} query={query} />;
  const field = 'min-w-0 sm:w-44';
  return (
    <ReportFrame tab="leaderboard" projectSlug={project.slug} title={t.title} about={t.about}>
      <form aria-label={r.filter} className="mb-8 grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
        <input type="hidden" name="project" value={project.slug} />
        <Select
          className={field}
          label={r.subject}
          name="subject"
          defaultValue={query.subject}
          options={report.subjects.map((one) => [one, subjectName(one, r)])}
        />
        <Select
          className={field}
          label={t.category}
          name="category"
          defaultValue={query.category ?? ''}
          options={[
            ['', t.anywhere],
            ...report.categories
              .filter((one) => one.name !== '')
              .map((one): [string, string] => [one.name, `${one.name} (${number(one.comparisons)})`]),
          ]}
        />
        <Select
          className={field}
          label={t.ties}
          name="ties"
          defaultValue={query.ties}
          options={(['half', 'davidson'] as const).map((one) => [one, t.tieModels[one]])}
        />
        <Select
          className={field}
          label={t.style}
          name="style"
          defaultValue={query.style}
          options={(['as-is', 'controlled'] as const).map((one) => [one, t.styles[one]])}
        />
        <Select
          className={field}
          label={r.late}
          name="late"
          defaultValue={query.late}
          options={[
            ['without', r.lateWithout],
            ['with', r.lateWith],
          ]}
        />
        <Button type="submit">{r.show}</Button>
      </form>
      {report.comparisons === 0 ? (
        <EmptyState title={t.none}>
          {t.noneHelp} {report.unnamed > 0 && t.unnamed(number(report.unnamed))}
        </EmptyState>
      ) : (
        <>
          <p className="max-w-[75ch] text-sm text-muted">
            {t.read(number(report.comparisons), number(matrix.models.length))}{' '}
            {report.cappedAt !== null && r.capped(number(report.cappedAt))} {report.unnamed > 0 && t.unnamed(number(report.unnamed))}{' '}
            {board.ok && <Intervals board={board.value} />}
          </p>
          {!board.ok ? (
            <div className="mt-6 max-w-[75ch]">
              <p>{because(board)}</p>
              {report.groups.length > 1 && (
                <>
                  <p className="mt-3 text-sm text-muted">{t.groups}</p>
                  <ul className="mt-1 list-disc pl-5 text-sm">
                    {report.groups.map((group) => (
                      <li key={group[0]}>{group.map(name).join(', ')}</li>
                    ))}
                  </ul>
                </>
              )}
            </div>
          ) : (
            <ReportSection title={t.board} help={t.help} aside={csv('leaderboard', t.board)}>
              <SortableTable
                label={t.board}
                columns={[
                  { label: t.rank, isNumber: true },
                  { label: t.model, className: 'min-w-36' },
                  { label: t.strength, isNumber: true },
                  { label: t.score, isNumber: true, help: t.scoreHelp },
                  { label: t.wins, isNumber: true },
                  { label: t.losses, isNumber: true },
                  { label: t.tied, isNumber: true },
                ]}
                rows={board.value.standings.map(({ model, rank, logStrength, interval, score, wins, losses, ties }) => ({
                  id: model,
                  values: [rank, name(model), logStrength, score, wins, losses, ties],
                  cells: [
                    number(rank),
                    name(model),
                    within(logStrength, interval, two),
                    percent(score),
                    number(wins),
                    number(losses),
                    number(ties),
                  ],
                }))}
              />
              <div className="mt-4">
                <Strengths board={board.value} />
              </div>
            </ReportSection>
          )}
          {report.effects.length > 0 && <Effects effects={report.effects} aside={csv('style-effects', t.effects)} />}
          <ReportSection title={t.matrix} help={t.matrixHelp} aside={csv('win-rates', t.matrix)}>
            <SortableTable
              label={t.matrix}
              columns={[{ label: t.model, isRowHeading: true }, ...matrix.models.map((model) => ({ label: name(model), isNumber: true }))]}
              rows={matrix.models.map((model, i) => ({
                id: model,
                values: [name(model), ...matrix.cells[i]!.map((cell) => cell?.winRate ?? null)],
                cells: [
                  name(model),
                  ...matrix.cells[i]!.map((cell, j) =>
                    cell ? (
                      <span key={matrix.models[j]} title={r.interval(percent(cell.low), percent(cell.high))}>
                        {percent(cell.winRate)} <span className="block text-xs text-muted">{number(cell.comparisons)}</span>
                      </span>
                    ) : (
                      '–'
                    ),
                  ),
                ],
              }))}
            />
          </ReportSection>
          <details className="mt-10">
            <summary className="font-semibold">{t.elo}</summary>
            <div className="mt-3 mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
              <p className="max-w-[75ch] text-sm text-muted">{t.eloHelp}</p>
              <span className="ml-auto">{csv('elo', t.elo)}</span>
            </div>
            <SortableTable
              label={t.elo}
              columns={[{ label: t.model }, { label: t.rating, isNumber: true }]}
              rows={report.elo.map(({ model, rating }) => ({
                id: model,
                values: [name(model), rating],
                cells: [name(model), number(Math.round(rating))],
              }))}
            />
          </details>
        </>
      )}
    </ReportFrame>
  );
}

/** Our own models in the reader's language, imported ones as they are called. */
async function modelNames(): Promise<(model: string) => string> {
  const t = await wordsOf(leaderboardWords);
  return (model) => {
    if (model === 'base') return t.base;
    if (model === 'human') return t.human;
    const round = /^round (\d+)$/.exec(model)?.[1];
    return round ? t.policy(round) : model;
  };
}

async function Intervals({ board: { intervals, tieParameter } }: { board: Leaderboard }) {
  const t = await wordsOf(leaderboardWords);
  const { number, two } = await reportFormat();
  const of = intervals.kind === 'fisher' ? t.fisher : t.bootstrap(number(intervals.replicates));
  const failed = intervals.kind === 'bootstrap' && intervals.failed > 0 ? t.failed(number(intervals.failed)) : '';
  return `${of} ${failed} ${tieParameter === null ? '' : t.tieParameter(two(tieParameter))}`;
}

async function Strengths({ board: { standings } }: { board: Leaderboard }) {
  const t = await wordsOf(leaderboardWords);
  const { number, two, within } = await reportFormat();
  const name = await modelNames();
  const farthest = Math.max(0.5, ...standings.flatMap(({ interval }) => [-interval.low, interval.high]));
  // Its ends are written with one digit, and nothing lies beyond them.
  const reach = Math.ceil(10 * farthest) / 10;
  return (
    <IntervalPlot
      label={t.plot}
      rows={standings.map(({ model, logStrength, interval }) => ({
        ...interval,
        id: model,
        label: name(model),
        value: logStrength,
        text: within(logStrength, interval, two),
      }))}
      from={-reach}
      to={reach}
      reference={{ at: 0, label: t.mean }}
      format={(value) => number(value, { maximumFractionDigits: 1 })}
    />
  );
}

async function Effects({ effects, aside }: { effects: LeaderboardReport['effects']; aside: ReactNode }) {
  const t = await wordsOf(leaderboardWords);
  const { two, within } = await reportFormat();
  const names: Record<string, string> = t.features;
  return (
    <ReportSection title={t.effects} help={t.effectsHelp} aside={aside}>
      <SortableTable
        label={t.effects}
        columns={[{ label: t.feature }, { label: t.effect, isNumber: true }]}
        rows={effects.map(({ feature, logOdds, low, high }) => ({
          id: feature,
          values: [names[feature] ?? feature, logOdds],
          cells: [names[feature] ?? feature, within(logOdds, { low, high }, two)],
        }))}
      />
    </ReportSection>
  );
}
