import { Fragment, type ReactNode } from 'react';
import { spoken } from '@/lib/people/names';
import { agreementReport, type AgreementReport } from '@/lib/reports/agreement';
import { mostJudgements } from '@/lib/reports/judgements';
import { EmptyState } from '../../components/empty-state';
import { Explained, Figure, NoFigure, reportFormat } from '../../components/figure';
import { Moment } from '../../components/moment';
import { NoProject } from '../../components/no-project';
import { SortableTable } from '../../components/sortable-table';
import { TimePlot } from '../../components/time-plot';
import { chosenProject, pageActor } from '../../guard';
import { agreementWords } from '../../words/agreement';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { CsvLink, readReportQuery, ReportFilter, ReportFrame, ReportSection, type ReportPageQuery } from '../report-frame';

export const generateMetadata = async () => ({ title: (await wordsOf(agreementWords)).title });

const mostPairs = 200;

export default async function AgreementPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('data.view', '/agreement');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const query = await readReportQuery(searchParams);
  const report = await agreementReport(actor, { ...query, projectId: project.id });
  const [t, r] = [await wordsOf(agreementWords), await wordsOf(reportWords)];
  const { number, percent, because, kappa: kappaOf } = await reportFormat();
  const name = (id: string) => spoken(report.names[id]!, r.annotator);
  const csv = (of: string, table: string) => (
    <CsvLink actor={actor} projectSlug={project.slug} report={of} table={table} query={{ ...query, subject: report.subject }} />
  );
  return (
    <ReportFrame tab="agreement" projectSlug={project.slug} title={t.title} about={t.about}>
      <ReportFilter projectSlug={project.slug} query={query} {...report} />
      {report.judgements === 0 ? (
        <EmptyState title={t.none}>{t.noneHelp}</EmptyState>
      ) : (
        <>
          <p className="text-sm text-muted">
            {report.people === 1 ? t.readOne(number(report.judgements)) : t.read(number(report.judgements), number(report.people))}{' '}
            {report.isCapped && r.capped(number(mostJudgements))} {r.because95}
          </p>
          <Figures report={report} />
          <OverTime report={report} aside={csv('agreement-over-time', t.overTime)} />
          <ReportSection
            title={t.pairs}
            help={`${t.pairsHelp} ${report.pairs.length > mostPairs ? t.pairsMost(number(mostPairs)) : ''}`}
            aside={csv('agreement', t.pairs)}
          >
            {report.pairs.length === 0 ? (
              <p className="text-sm">{because(report.percent)}</p>
            ) : (
              <SortableTable
                label={t.pairs}
                columns={[
                  { label: t.first },
                  { label: t.second },
                  { label: t.units, isNumber: true },
                  { label: t.same, isNumber: true },
                  { label: t.kappa, isNumber: true },
                ]}
                rows={report.pairs.slice(0, mostPairs).map(({ raters, units, share, kappa }) => ({
                  id: raters.join(),
                  values: [...raters.map(name), units, share, kappa.ok ? kappa.value.kappa : null],
                  cells: [
                    ...raters.map(name),
                    number(units),
                    percent(share),
                    kappa.ok ? <Explained key="kappa" {...kappaOf(kappa.value)} /> : <NoFigure key="kappa" because={because(kappa)} />,
                  ],
                }))}
              />
            )}
          </ReportSection>
        </>
      )}
    </ReportFrame>
  );
}

async function Figures({ report }: { report: AgreementReport }) {
  const t = await wordsOf(agreementWords);
  const { number, two, percent, within, because, kappa } = await reportFormat();
  const { alphas, metric, percent: same, fleiss, withThemselves } = report;
  const fitting = alphas.find((one) => one.ok && one.value.metric === metric) ?? alphas[0]!;
  const others = alphas.flatMap((one) =>
    one.ok && one.value.metric !== metric ? [`${t.metrics[one.value.metric]} ${two(one.value.alpha)}`] : [],
  );
  const again = withThemselves.ok ? withThemselves.value.kappa : withThemselves;
  const kappaAgain = again.ok ? kappa(again.value).text : `– (${because(again)})`;
  return (
    <dl aria-label={t.figures} className="mt-6 grid gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-4">
      <Figure
        label={t.alpha}
        value={fitting.ok ? within(fitting.value.alpha, fitting.value.interval, two) : undefined}
        missing={because(fitting)}
        help={
          fitting.ok && `${t.alphaHelp(t.metrics[metric], number(fitting.value.units))}${others.length > 0 ? `; ${others.join(', ')}` : ''}`
        }
      />
      <Figure
        label={t.percent}
        value={same.ok ? within(same.value.share, same.value, percent) : undefined}
        missing={because(same)}
        help={same.ok && t.percentHelp}
      />
      <Figure
        label={t.fleiss}
        value={fleiss.ok ? two(fleiss.value.kappa) : undefined}
        missing={because(fleiss)}
        help={fleiss.ok && t.fleissHelp}
      />
      <Figure
        label={t.withThemselves}
        value={withThemselves.ok ? within(withThemselves.value.share, withThemselves.value, percent) : undefined}
        missing={t.noRepeats}
        help={withThemselves.ok && `${t.withThemselvesHelp(number(withThemselves.value.repeats))}; ${t.withThemselvesKappa(kappaAgain)}`}
      />
    </dl>
  );
}

async function OverTime({ report: { overTime, withThemselves }, aside }: { report: AgreementReport; aside: ReactNode }) {
  const t = await wordsOf(agreementWords);
  const { number, two, within, because } = await reportFormat();
  if (!overTime.ok)
    return (
      <ReportSection title={t.overTime}>
        <p className="text-sm">{because(overTime)}</p>
      </ReportSection>
    );
  const level = withThemselves.ok && withThemselves.value.kappa.ok ? withThemselves.value.kappa.value.kappa : undefined;
  const windows = overTime.value.flatMap(({ from, to, alpha }) =>
    alpha.ok
      ? [
          {
            at: (from + to) / 2,
            value: alpha.value.alpha,
            ...(alpha.value.interval ?? { low: alpha.value.alpha, high: alpha.value.alpha }),
          },
        ]
      : [],
  );
  const lowest = Math.min(0, ...windows.map(({ low }) => low));
  return (
    <ReportSection title={t.overTime} aside={aside} help={`${t.overTimeHelp} ${level === undefined ? '' : t.level(two(level))}`}>
      {windows.length > 0 && (
        <div className="mb-4 rounded-lg border border-line bg-surface p-4 pt-6 sm:p-6">
          <TimePlot
            label={t.plot(two(windows[0]!.value), two(windows.at(-1)!.value), windows.length)}
            windows={windows}
            from={lowest}
            to={1}
            marks={[...(lowest < -0.25 ? [-0.5] : []), 0, 0.5, 1].filter((mark) => mark >= lowest)}
            level={level}
            format={(value) => number(value, { maximumFractionDigits: 1 })}
          />
        </div>
      )}
      <SortableTable
        label={t.overTime}
        columns={[{ label: t.window }, { label: t.units, isNumber: true }, { label: t.alpha, isNumber: true }]}
        rows={overTime.value.map(({ from, to, units, alpha }, index) => ({
          id: String(index),
          values: [from, units, alpha.ok ? alpha.value.alpha : null],
          cells: [
            <Fragment key="window">
              <Moment at={new Date(from)} />
              {'\u00a0'}– <Moment at={new Date(to)} />
            </Fragment>,
            number(units),
            alpha.ok ? within(alpha.value.alpha, alpha.value.interval, two) : <NoFigure key="alpha" because={because(alpha)} />,
          ],
        }))}
      />
    </ReportSection>
  );
}
