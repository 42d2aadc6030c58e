import Link from 'next/link';
import { can } from '@/lib/auth/permissions';
import { getProject } from '@/lib/projects/get-project';
import { listRounds } from '@/lib/rounds/list-rounds';
import { readiness } from '@/lib/rounds/readiness';
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
  const percent = (share: number) => `${number(100 * share, { maximumFractionDigits: 0 })} %`;

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
        <Table label={t.rounds} head={Object.values(t.head)}>
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
              <Result value={round.results.eval_accuracy} format={percent} />
              <Result value={round.results['objective/kl']} format={fixed(2)} />
              <Cell isNumber className="whitespace-nowrap">
                {round.reward ? (
                  <>
                    {fixed(2)(round.reward.value)} <span className="text-muted">{t.judge(round.reward.judge)}</span>
                  </>
                ) : (
                  '–'
                )}
              </Cell>
              <Result value={round.results['eval/win_rate_over_sft']} format={percent} />
              <Result value={round.results['eval/length']} format={fixed(0)} />
              <Result value={round.results['eval/distinct_2']} format={fixed(2)} />
              <Result value={round.results['eval/refusal_rate']} format={percent} />
              <Result value={round.results['eval/demonstration_loss']} format={fixed(2)} />
              <Result value={round.results['eval/retention_loss']} format={fixed(2)} />
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

const Result = ({ value, format }: { value: number | undefined; format: (value: number) => string }) => (
  <Cell isNumber>{value === undefined ? '–' : format(value)}</Cell>
);
