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
import { Meter } from '../../components/meter';
import { Moment } from '../../components/moment';
import { StudioPage } from '../../components/studio-page';
import { ProgressBar } from '../../components/progress-bar';
import { Refresh } from '../../components/refresh';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { chosenProject, pageActor, single, type ProjectQuery } from '../../guard';
import { NoProject } from '../../components/no-project';
import { stageNames } from '../../components/names';
import { LoopPicture } from './loop-picture';
import { stationsOf } from './stations';
import { TrainForm } from './train-form';

export const metadata = { title: 'Loop' };

export default async function LoopPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('round.view', '/loop');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const cursor = single((await searchParams).cursor);
  const of = { projectId: chosen.id };
  const [project, ready, rounds, newest, work] = await Promise.all([
    getProject(actor, chosen.slug),
    readiness(actor, of),
    listRounds(actor, { ...of, cursor }),
    listRounds(actor, { ...of, limit: 1 }),
    workProgress(actor, of),
  ]);
  const last = newest.items[0];
  const running = last?.state === 'running' ? last : undefined;
  const number = (value: number) => value.toLocaleString('en');

  return (
    <StudioPage
      title={project.name}
      about={project.description || 'People judge and write; a round learns from it; what the new policy says is judged next.'}
    >
      {(running || work.compare.total === 0) && <Refresh seconds={4} />}
      <LoopPicture stations={stationsOf({ counts: project.counts, work, last })} />

      <div className="mt-10 grid items-start gap-6 lg:grid-cols-[20rem_1fr]">
        <Card className="flex flex-col gap-6">
          <h2 className="font-semibold">Labels for the next round</h2>
          <Meter label="Demonstrations" {...ready.demonstrations} />
          <Meter label="Comparisons" {...ready.comparisons} />
          <p className="text-sm text-muted">Ties do not count as comparisons here: they say nothing about which response to prefer.</p>
        </Card>
        <Card>
          <h2 className="mb-4 font-semibold">{running ? `Round ${running.number} is running` : 'Train a round'}</h2>
          {running ? (
            <>
              <p className="mb-2 text-muted">{stageNames[running.stage]}</p>
              <ProgressBar label="Progress of the round" fraction={running.progress} />
              <ButtonLink href={`/rounds/${running.id}`} variant="primary" className="mt-6">
                Watch round {running.number}
              </ButtonLink>
            </>
          ) : !ready.isReady ? (
            <>
              <ul className="flex flex-col gap-3">
                {ready.problems.map((problem) => (
                  <li key={problem} className="rounded-md bg-warn-wash px-4 py-3 text-sm">
                    {problem}
                  </li>
                ))}
              </ul>
              <div className="mt-5 flex flex-wrap gap-3">
                <ButtonLink href={`/demonstrate?project=${project.slug}`}>Demonstrate</ButtonLink>
                <ButtonLink href={`/compare?project=${project.slug}`}>Compare</ButtonLink>
                <ButtonLink href={`/data?project=${project.slug}`}>Import</ButtonLink>
              </div>
            </>
          ) : can(actor, 'round.manage') ? (
            <TrainForm key={last?.id} projectId={project.id} defaults={project.settings.round} nextNumber={(last?.number ?? 0) + 1} />
          ) : (
            <p className="text-muted">There are enough labels. An admin can start the next round.</p>
          )}
        </Card>
      </div>

      <h2 className="mt-12 mb-3 font-semibold">Rounds</h2>
      {rounds.items.length === 0 ? (
        <EmptyState title="No round yet">The first one turns the base model into one that answers as your people do.</EmptyState>
      ) : (
        <Table
          label="Rounds"
          head={[
            'Round',
            'State',
            'Labels',
            'Reward accuracy',
            'KL',
            'Reward by the newest model',
            'Wins over SFT',
            'Length',
            'Distinct-2',
            'Refusals',
            'Demonstration loss',
            'Retention loss',
            'Started',
            'Took',
            'By',
          ]}
        >
          {rounds.items.map((round) => (
            <tr key={round.id}>
              <Cell className="whitespace-nowrap">
                <Link
                  href={`/rounds/${round.id}`}
                  className="font-medium underline decoration-line underline-offset-4 hover:decoration-current"
                >
                  Round {round.number}
                </Link>
              </Cell>
              <Cell>
                <StateBadge state={round.state} />
                {round.error && <p className="mt-1 line-clamp-2 max-w-64 min-w-48 text-danger">{round.error}</p>}
              </Cell>
              <Cell isNumber>
                {number(round.demonstrations)} + {number(round.comparisons)}
              </Cell>
              <Result value={round.results.eval_accuracy} format={(value) => `${(100 * value).toFixed(0)} %`} />
              <Result value={round.results['objective/kl']} format={(value) => value.toFixed(2)} />
              <Cell isNumber className="whitespace-nowrap">
                {round.reward ? (
                  <>
                    {round.reward.value.toFixed(2)} <span className="text-muted">round {round.reward.judge}’s</span>
                  </>
                ) : (
                  '–'
                )}
              </Cell>
              <Result value={round.results['eval/win_rate_over_sft']} format={(value) => `${(100 * value).toFixed(0)} %`} />
              <Result value={round.results['eval/length']} format={(value) => value.toFixed(0)} />
              <Result value={round.results['eval/distinct_2']} format={(value) => value.toFixed(2)} />
              <Result value={round.results['eval/refusal_rate']} format={(value) => `${(100 * value).toFixed(0)} %`} />
              <Result value={round.results['eval/demonstration_loss']} format={(value) => value.toFixed(2)} />
              <Result value={round.results['eval/retention_loss']} format={(value) => value.toFixed(2)} />
              <Cell>
                <Moment at={round.createdAt} />
              </Cell>
              <Cell isNumber>{round.finishedAt ? duration(round.createdAt, round.finishedAt) : '–'}</Cell>
              <Cell className="whitespace-nowrap">{round.startedBy ?? 'Heed'}</Cell>
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
