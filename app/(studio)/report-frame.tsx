/** What the pages about labels have in common: the tabs between them, the form that says which judgements they are about, and tables as CSV. */
import type { ReactNode } from 'react';
import Link from 'next/link';
import { can } from '@/lib/auth/permissions';
import type { Actor } from '@/lib/auth/actor';
import { openQuestions } from '@/lib/questions/answer';
import { aspectOf, judgedKinds, reportQuery, type ReportQuery } from '@/lib/reports/filter';
import { Button } from '../components/button';
import { Select } from '../components/field';
import { StudioPage } from '../components/studio-page';
import { pageActor, single } from '../guard';
import { questionWords } from '../words/questions';
import { reportWords } from '../words/reports';
import { numberOf, wordsOf } from '../words/server';

export type ReportPageQuery = Promise<Record<string, string | string[] | undefined>>;

const tabs = ['agreement', 'annotators', 'adjudication', 'questions', 'quality', 'leaderboard'] as const;
type Tab = (typeof tabs)[number];

export const givenOnce = async (query: ReportPageQuery): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(await query).map(([key, value]) => [key, single(value)]));

export const subjectName = (subject: string, t: { overall: string; safety: string }): string =>
  aspectOf(subject) ?? (subject === 'safety' ? t.safety : t.overall);

/** A damaged address is read as if it said nothing. */
export async function readReportQuery(query: ReportPageQuery): Promise<ReportQuery> {
  const read = reportQuery.safeParse(await givenOnce(query));
  return read.success ? read.data : reportQuery.parse({});
}

type FrameProps = { tab: Tab; projectSlug: string; title: string; about: ReactNode; children: ReactNode };

export async function ReportFrame({ tab, projectSlug, title, about, children }: FrameProps) {
  const [t, { toAnswer }, number] = [await wordsOf(reportWords), await wordsOf(questionWords), await numberOf()];
  const open = await openQuestions(await pageActor('round.view', `/${tab}`), projectSlug);
  return (
    <StudioPage
      title={title}
      about={about}
      above={
        <nav aria-label={t.tabs} className="mb-6 flex flex-wrap gap-x-5 border-b border-line text-sm">
          {tabs.map((one) => (
            <Link
              key={one}
              href={`/${one}?project=${projectSlug}`}
              aria-current={one === tab ? 'page' : undefined}
              className="-mb-px flex h-10 items-center border-b-2 border-transparent text-muted hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
            >
              {t[one]}
              {one === 'questions' && open ? (
                <span className="relative ml-1.5 rounded-full bg-accent-wash px-1.5 text-xs font-medium text-accent-strong tabular-nums">
                  <span aria-hidden>{number(open)}</span>
                  <span className="sr-only">{toAnswer(number(open))}</span>
                </span>
              ) : null}
            </Link>
          ))}
        </nav>
      }
    >
      {children}
    </StudioPage>
  );
}

type FilterProps = {
  projectSlug: string;
  query: ReportQuery;
  subject: string;
  subjects: string[];
  rounds: number[];
  /** By the project: then there is no choice. */
  areNamesHidden?: boolean;
  /** More fields of this page alone. */
  children?: ReactNode;
};

export async function ReportFilter({ projectSlug, query, subject, subjects, rounds, areNamesHidden, children }: FilterProps) {
  const t = await wordsOf(reportWords);
  const field = 'min-w-0 sm:w-40';
  return (
    <form aria-label={t.filter} className="mb-8 grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <input type="hidden" name="project" value={projectSlug} />
      <Select
        className={field}
        label={t.kind}
        name="kind"
        defaultValue={query.kind}
        options={judgedKinds.map((kind) => [kind, t.kinds[kind]])}
      />
      <Select
        className={field}
        label={t.subject}
        name="subject"
        defaultValue={subject}
        options={subjects.map((one) => [one, subjectName(one, t)])}
      />
      <Select
        className={field}
        label={t.round}
        name="round"
        defaultValue={query.round ?? ''}
        options={[
          ['', t.allRounds],
          ['0', t.beforeRounds],
          ...rounds.map((number): [string, string] => [String(number), t.roundNumber(number)]),
        ]}
      />
      <Select
        className={field}
        label={t.late}
        name="late"
        defaultValue={query.late}
        options={[
          ['without', t.lateWithout],
          ['with', t.lateWith],
        ]}
      />
      <Select
        className={field}
        label={t.names}
        name="names"
        defaultValue={areNamesHidden ? 'hidden' : query.names}
        options={
          areNamesHidden
            ? [['hidden', t.namesHidden]]
            : [
                ['shown', t.namesShown],
                ['hidden', t.namesHidden],
              ]
        }
      />
      {children}
      <Button type="submit">{t.show}</Button>
    </form>
  );
}

type SectionProps = { title: string; help?: ReactNode; children: ReactNode; aside?: ReactNode };

export function ReportSection({ title, help, aside, children }: SectionProps) {
  return (
    <section aria-label={title} className="mt-10">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="font-semibold">{title}</h2>
        {aside}
      </div>
      {help && <p className="mb-4 max-w-[75ch] text-sm text-muted">{help}</p>}
      {children}
    </section>
  );
}

type CsvProps = { actor: Actor; projectSlug: string; report: string; table: string; query: Record<string, string | number | undefined> };

/** For those who may export. */
export async function CsvLink({ actor, projectSlug, report, table, query }: CsvProps) {
  const t = await wordsOf(reportWords);
  if (!can(actor, 'data.export')) return null;
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return (
    <a
      href={`/api/v1/projects/${projectSlug}/reports/${report}?${new URLSearchParams(given)}`}
      download
      aria-label={t.csvOf(table)}
      className="text-sm underline decoration-line underline-offset-4 hover:decoration-current"
    >
      {t.csv}
    </a>
  );
}
