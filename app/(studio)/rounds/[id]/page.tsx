import { can } from '@/lib/auth/permissions';
import { getRound } from '@/lib/rounds/get-round';
import { annotatorsOf } from '@/lib/rounds/round-annotators';
import { stageSamplesOf } from '@/lib/rounds/round-samples';
import { metricsOf } from '@/lib/rounds/round-metrics';
import { stagesOf } from '@/lib/training/stages';
import { StateBadge } from '../../../components/badge';
import { ButtonLink } from '../../../components/button';
import { Card } from '../../../components/card';
import { CheckpointTable } from '../../../components/checkpoint-table';
import { Confirm } from '../../../components/confirm';
import { duration } from '../../../components/duration';
import { Facts } from '../../../components/facts';
import { Moment } from '../../../components/moment';
import { stageNames } from '../../../components/names';
import { StudioPage } from '../../../components/studio-page';
import { found, pageActor } from '../../../guard';
import { Alerts } from './alerts';
import { cancelRoundAction } from './actions';
import { RoundLive } from './round-live';

export const metadata = { title: 'Round' };

export default async function RoundPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('round.view', `/rounds/${id}`);
  const [round, metrics, annotators, stageSamples] = await Promise.all([
    found(getRound(actor, { roundId: id })),
    found(metricsOf(actor, { roundId: id })),
    found(annotatorsOf(actor, { roundId: id })),
    found(stageSamplesOf(actor, { roundId: id })),
  ]);
  const isRunning = round.state === 'running';
  const isStopping = isRunning && round.stages.some((stage) => stage.isCancelRequested);
  const failed = round.stages.find((stage) => stage.state === 'failed');

  return (
    <StudioPage
      title={
        <span className="flex items-center gap-3">
          Round {round.number} <StateBadge state={round.state} />
        </span>
      }
      about={
        <>
          {round.demonstrations.toLocaleString('en')} demonstrations, {round.comparisons.toLocaleString('en')} comparisons. Started{' '}
          <Moment at={round.createdAt} />
          {round.startedBy && ` by ${round.startedBy}`}
          {round.finishedAt && `, took ${duration(round.createdAt, round.finishedAt)}`}.
        </>
      }
      action={
        <div className="flex gap-3">
          {isRunning && can(actor, 'round.manage') && !isStopping && (
            <Confirm
              label="Cancel round"
              title={`Cancel round ${round.number}?`}
              about="It stops after the step it is at. Its labels stay; what it has trained so far is not used."
              confirm="Cancel round"
              action={cancelRoundAction}
              hidden={{ roundId: round.id }}
              size="md"
            />
          )}
          <ButtonLink href={`/loop?project=${round.projectSlug}`}>All rounds</ButtonLink>
        </div>
      }
    >
      {isStopping && (
        <p className="mb-6 rounded-md bg-warn-wash px-4 py-3 text-sm">The round is being cancelled; it stops after the step it is at.</p>
      )}
      {round.state === 'failed' && (
        <Card tone="danger" className="mb-8">
          <h2 className="font-semibold">{failed ? `It failed in the stage ${stageNames[failed.stage]}` : 'It failed'}</h2>
          <p className="mt-2 max-w-[75ch] whitespace-pre-line">
            {round.error ?? failed?.error ?? 'No reason was recorded; the trainer’s log has more.'}
          </p>
          <p className="mt-3 max-w-[75ch] text-sm text-muted">
            No label is lost, and the newest policy is still that of the round before. Mend the cause, then train the next round: it uses
            the same labels and those given since.
            {failed && failed.attempt > 1 && ` The stage was tried ${failed.attempt} times.`}
          </p>
          <ButtonLink href={`/loop?project=${round.projectSlug}`} className="mt-4">
            Back to the loop
          </ButtonLink>
        </Card>
      )}
      <Alerts of={round.alerts} />
      <RoundLive
        roundId={round.id}
        isRunning={isRunning}
        stages={round.stages}
        stageOrder={stagesOf(round.config)}
        initialPoints={metrics}
        annotators={annotators}
        stageSamples={stageSamples}
        samples={
          <p className="py-6 text-muted">
            {round.state === 'succeeded'
              ? 'The new policy has answered the prompts, and its responses wait to be compared with those of the policy before.'
              : 'When the policy is trained it answers prompts here; its responses become the next comparisons.'}{' '}
            <ButtonLink size="sm" href={`/prompts?project=${round.projectSlug}`} className="ml-1">
              Prompts and responses
            </ButtonLink>
          </p>
        }
      />

      <h2 className="mt-12 mb-3 font-semibold">Where it comes from</h2>
      <Card>
        <Facts
          of={[
            ['Seed', round.seed],
            [
              'Code revision',
              <span key="revision" className="font-mono text-xs">
                {round.codeRevision}
              </span>,
            ],
            [
              'Round',
              <span key="id" className="font-mono text-xs">
                {round.id}
              </span>,
            ],
          ]}
        />
        <details className="mt-4">
          <summary className="text-sm text-muted hover:text-ink">Hyperparameters</summary>
          <div className="mt-4 grid gap-6 sm:grid-cols-2 lg:grid-cols-4">
            {[...stagesOf(round.config), 'watch' as const, 'overlap' as const].map((part) => (
              <div key={part}>
                <h3 className="mb-2 font-semibold">{{ ...stageNames, watch: 'The watch', overlap: 'Overlap' }[part]}</h3>
                <Facts of={Object.entries(round.config[part]).map(([name, value]) => [name, String(value ?? 'as the project')])} />
              </div>
            ))}
          </div>
        </details>
      </Card>
      {round.checkpoints.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">Checkpoints</h2>
          <CheckpointTable checkpoints={round.checkpoints} projectSlug={round.projectSlug} />
        </>
      )}
    </StudioPage>
  );
}
