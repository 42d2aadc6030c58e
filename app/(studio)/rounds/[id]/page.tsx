import { can } from '@/lib/auth/permissions';
import { spoken } from '@/lib/people/names';
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
import { FailureText } from '../../../components/failure-text';
import { Moment } from '../../../components/moment';
import { StudioPage } from '../../../components/studio-page';
import { found, pageActor } from '../../../guard';
import { nameWords } from '../../../words/names';
import { reportWords } from '../../../words/reports';
import { roundWords } from '../../../words/round';
import { numberOf, wordsOf } from '../../../words/server';
import { Alerts } from './alerts';
import { cancelRoundAction } from './actions';
import { RoundLive } from './round-live';

export const generateMetadata = async () => ({ title: (await wordsOf(roundWords)).title });

export default async function RoundPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('round.view', `/rounds/${id}`);
  const [round, metrics, names, stageSamples] = await Promise.all([
    found(getRound(actor, { roundId: id })),
    found(metricsOf(actor, { roundId: id })),
    found(annotatorsOf(actor, { roundId: id })),
    found(stageSamplesOf(actor, { roundId: id })),
  ]);
  const t = await wordsOf(roundWords);
  const { stages: stageNames } = await wordsOf(nameWords);
  const { annotator } = await wordsOf(reportWords);
  const number = await numberOf();
  const isRunning = round.state === 'running';
  const isStopping = isRunning && round.stages.some((stage) => stage.isCancelRequested);
  const failed = round.stages.find((stage) => stage.state === 'failed');

  return (
    <StudioPage
      title={
        <span className="flex items-center gap-3">
          {t.round(round.number)} <StateBadge state={round.state} />
        </span>
      }
      about={
        <>
          {t.labels(number(round.demonstrations), number(round.comparisons))} <Moment at={round.createdAt} />
          {round.startedBy && t.by(round.startedBy)}
          {round.finishedAt && t.took(duration(round.createdAt, round.finishedAt))}.
        </>
      }
      action={
        <div className="flex gap-3">
          {isRunning && can(actor, 'round.manage') && !isStopping && (
            <Confirm
              label={t.cancel}
              title={t.cancelTitle(round.number)}
              about={t.cancelAbout}
              action={cancelRoundAction}
              hidden={{ roundId: round.id }}
              size="md"
            />
          )}
          <ButtonLink href={`/loop?project=${round.projectSlug}`}>{t.allRounds}</ButtonLink>
        </div>
      }
    >
      {isStopping && <p className="mb-6 rounded-md bg-warn-wash px-4 py-3 text-sm">{t.isStopping}</p>}
      {round.state === 'failed' && (
        <Card tone="danger" className="mb-8">
          <h2 className="font-semibold">{failed ? t.failedIn(stageNames[failed.stage]) : t.failed}</h2>
          <FailureText
            of={round.error === null && failed ? failed : round}
            otherwise={t.noReason}
            className="mt-2 max-w-[75ch] whitespace-pre-line"
          />
          <p className="mt-3 max-w-[75ch] text-sm text-muted">
            {t.failedAbout}
            {failed && failed.attempt > 1 && t.tried(failed.attempt)}
          </p>
          <ButtonLink href={`/loop?project=${round.projectSlug}`} className="mt-4">
            {t.backToLoop}
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
        annotators={Object.fromEntries(Object.values(names).map((one) => [one.id, spoken(one, annotator)]))}
        stageSamples={stageSamples}
        samples={
          <p className="py-6 text-muted">
            {round.state === 'succeeded' ? t.hasAnswered : t.willAnswer}{' '}
            <ButtonLink size="sm" href={`/prompts?project=${round.projectSlug}`} className="ml-1">
              {t.promptsAndResponses}
            </ButtonLink>
          </p>
        }
      />

      <h2 className="mt-12 mb-3 font-semibold">{t.whereFrom}</h2>
      <Card>
        <Facts
          of={[
            [t.seed, round.seed],
            [
              t.codeRevision,
              <span key="revision" className="font-mono text-xs">
                {round.codeRevision}
              </span>,
            ],
            [
              t.title,
              <span key="id" className="font-mono text-xs">
                {round.id}
              </span>,
            ],
          ]}
        />
        <details className="mt-4">
          <summary className="text-sm text-muted hover:text-ink">{t.hyperparameters}</summary>
          <div className="mt-4 grid gap-6 sm:grid-cols-2 lg:grid-cols-4">
            {[...stagesOf(round.config), 'watch' as const, 'overlap' as const].map((part) => (
              <div key={part}>
                <h3 className="mb-2 font-semibold">{{ ...stageNames, watch: t.theWatch, overlap: t.overlap }[part]}</h3>
                <Facts of={Object.entries(round.config[part]).map(([name, value]) => [name, String(value ?? t.asProject)])} />
              </div>
            ))}
          </div>
        </details>
      </Card>
      {round.checkpoints.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">{t.checkpoints}</h2>
          <CheckpointTable checkpoints={round.checkpoints} projectSlug={round.projectSlug} />
        </>
      )}
    </StudioPage>
  );
}
