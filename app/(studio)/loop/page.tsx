import type { ReactNode } from 'react';
import Link from 'next/link';
import { can } from '@/lib/auth/permissions';
import { getProject } from '@/lib/projects/get-project';
import { listRounds } from '@/lib/rounds/list-rounds';
import { readiness } from '@/lib/rounds/readiness';
import type { RoundSummary } from '@/lib/rounds/round';
import { workProgress } from '@/lib/tasks/progress';
import { StateBadge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { duration } from '../../components/duration';
import { EmptyState } from '../../components/empty-state';
import { FailureText } from '../../components/failure-text';
import { Meter } from '../../components/meter';
import { Moment } from '../../components/moment';
import { StudioPage } from '../../components/studio-page';
import { ProgressBar } from '../../components/progress-bar';
import { Refresh } from '../../components/refresh';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../guard';
import { NoProject } from '../../components/no-project';
import { lackInWords } from '../../words/lacks';
import { loopWords } from '../../words/loop';
import { nameWords } from '../../words/names';
import { currentLanguage, numberOf, wordsOf } from '../../words/server';
import { LoopPicture } from './loop-picture';
import { stationsOf } from './stations';
import { TrainForm } from './train-form';

export const generateMetadata = async () => ({ title: (await wordsOf(loopWords)).title });

export default async function LoopPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('round.view', '/loop');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const cursor = single((await searchParams).cursor);
  const of = { projectId: chosen.id };
  const [project, ready, rounds, newest, work] = await Promise.all([
    getProject(actor, chosen.slug),
    readiness(actor, of),
    found(listRounds(actor, { ...of, cursor })),
    listRounds(actor, { ...of, limit: 1 }),
    workProgress(actor, of),
  ]);
  const last = newest.items[0];
  const running = last?.state === 'running' ? last : undefined;
  const t = await wordsOf(loopWords);
  const names = await wordsOf(nameWords);
  const number = await numberOf();
  const language = await currentLanguage();
  const fixed = (digits: number) => (value: number) => number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const percent = (share: number) => number(share, { style: 'percent' });
  const measured = (key: keyof RoundSummary['results'], format: (value: number) => string) => (round: RoundSummary) => {
    const value = round.results[key];
    return value === undefined ? null : format(value);
  };
  /** Only those of which some round has one: the table is wide enough. */
  const results: { head: string; of: (round: RoundSummary) => ReactNode }[] = [
    { head: t.head.accuracy, of: measured('eval_accuracy', percent) },
    { head: t.head.kl, of: measured('objective/kl', fixed(2)) },
    {
      head: t.head.reward,
      of: ({ reward }: RoundSummary) =>
        reward && (
          <>
            {fixed(2)(reward.value)} <span className="text-muted">{t.judge(reward.judge)}</span>
          </>
        ),
    },
    { head: t.head.wins, of: measured('eval/win_rate_over_sft', percent) },
    { head: t.head.length, of: measured('eval/length', fixed(0)) },
    { head: t.head.distinct, of: measured('eval/distinct_2', fixed(2)) },
    { head: t.head.refusals, of: measured('eval/refusal_rate', percent) },
    { head: t.head.demonstrationLoss, of: measured('eval/demonstration_loss', fixed(2)) },
    { head: t.head.retentionLoss, of: measured('eval/retention_loss', fixed(2)) },
  ].filter(({ of }) => rounds.items.some(of));

  return (
    <StudioPage title={project.name} about={project.description || t.about}>
      {(running || work.compare.total === 0) && <Refresh seconds={4} />}
      <LoopPicture stations={stationsOf({ t, names, number, counts: project.counts, work, last })} />

      <div className="mt-10 grid items-start gap-6 lg:grid-cols-[20rem_1fr]">
        <Card className="flex flex-col gap-6">
          <h2 className="font-semibold">{t.labels}</h2>
          <Meter label={t.demonstrationsLabel} {...ready.demonstrations} />
          <Meter label={t.comparisonsLabel} {...ready.comparisons} />
          <p className="text-sm text-muted">{t.tiesDoNotCount}</p>
        </Card>
        <Card>
          <h2 className="mb-4 font-semibold">{running ? t.roundRuns(running.number) : t.trainRound}</h2>
          {running ? (
            <>
              <p className="mb-2 text-muted">{names.stages[running.stage]}</p>
              <ProgressBar label={t.progress} fraction={running.progress} />
              <ButtonLink href={`/rounds/${running.id}`} variant="primary" className="mt-6">
                {t.watch(running.number)}
              </ButtonLink>
            </>
          ) : !ready.isReady ? (
            <>
              <ul className="flex flex-col gap-3">
                {ready.problems.map((problem) => (
                  <li key={problem.code} className="rounded-md bg-warn-wash px-4 py-3 text-sm">
                    {lackInWords(problem, language)}
                  </li>
                ))}
              </ul>
              <div className="mt-5 flex flex-wrap gap-3">
                <ButtonLink href={`/demonstrate?project=${project.slug}`}>{t.demonstrate}</ButtonLink>
                <ButtonLink href={`/compare?project=${project.slug}`}>{t.compareLink}</ButtonLink>
                <ButtonLink href={`/data?project=${project.slug}`}>{t.import}</ButtonLink>
              </div>
            </>
          ) : can(actor, 'round.manage') ? (
            <TrainForm key={last?.id} projectId={project.id} defaults={project.settings.round} nextNumber={(last?.number ?? 0) + 1} />
          ) : (
            <p className="text-muted">{t.onlyAdmins}</p>
          )}
        </Card>
      </div>

      <h2 className="mt-12 mb-3 font-semibold">{t.rounds}</h2>
      {rounds.items.length === 0 ? (
        <EmptyState title={t.noRound}>{t.noRoundWhy}</EmptyState>
      ) : (
        <Table
          label={t.rounds}
          head={[t.head.round, t.head.state, t.head.labels, ...results.map(({ head }) => head), t.head.started, t.head.took, t.head.by]}
        >
          {rounds.items.map((round) => (
            <tr key={round.id}>
              <Cell className="whitespace-nowrap">
                <Link
                  href={`/rounds/${round.id}`}
                  className="font-medium underline decoration-line underline-offset-4 hover:decoration-current"
                >
                  {t.round(round.number)}
                </Link>
              </Cell>
              <Cell>
                <StateBadge state={round.state} />
                <FailureText of={round} className="mt-1 line-clamp-2 max-w-64 min-w-48 text-danger" />
              </Cell>
              <Cell isNumber>
                {number(round.demonstrations)} + {number(round.comparisons)}
              </Cell>
              {results.map(({ head, of }) => (
                <Cell key={head} isNumber>
                  {of(round) ?? '–'}
                </Cell>
              ))}
              <Cell>
                <Moment at={round.createdAt} />
              </Cell>
              <Cell isNumber>{round.finishedAt ? duration(round.createdAt, round.finishedAt) : '–'}</Cell>
              <Cell className="whitespace-nowrap">{(round.startedBy ?? 'Heed') || '–'}</Cell>
            </tr>
          ))}
        </Table>
      )}
      <Pages path={`/loop?project=${project.slug}`} cursor={cursor} nextCursor={rounds.nextCursor} />
    </StudioPage>
  );
}
