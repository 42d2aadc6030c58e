/** One's own figures: what reviewers see of oneself. */
import Link from 'next/link';
import type { CohenKappa } from '@/lib/agreement/cohen-kappa';
import { myFigures } from '@/lib/reports/annotators';
import { judgedKinds, reportQuery } from '@/lib/reports/filter';
import type { Computed } from '@/lib/statistics/computed';
import { Button } from '../../../components/button';
import { EmptyState } from '../../../components/empty-state';
import { Select } from '../../../components/field';
import { Figure, reportFormat } from '../../../components/figure';
import { NoProject } from '../../../components/no-project';
import { TimePlot } from '../../../components/time-plot';
import { chosenProject, pageActor, single, type ProjectQuery } from '../../../guard';
import { annotatorsWords } from '../../../words/annotators';
import { agreementWords } from '../../../words/agreement';
import { reportWords } from '../../../words/reports';
import { wordsOf } from '../../../words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(annotatorsWords)).mine });

export default async function MyFiguresPage({ searchParams }: { searchParams: ProjectQuery & Promise<{ kind?: string | string[] }> }) {
  const actor = await pageActor('task.work', '/my-work/figures');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const asked = reportQuery.pick({ kind: true }).safeParse({ kind: single((await searchParams).kind) });
  const kind = asked.success ? asked.data.kind : 'compare';
  const { mine } = await myFigures(actor, { projectId: project.id, kind });
  const [t, a, r] = [await wordsOf(annotatorsWords), await wordsOf(agreementWords), await wordsOf(reportWords)];
  const { number, two, percent, within, because, kappa } = await reportFormat();
  const kappaOf = (again: Computed<CohenKappa>) => {
    if (!again.ok) return `κ: ${because(again)}`;
    const { text, why } = kappa(again.value);
    return `${t.kappa(text)}${why ? ` ${why}` : ''}`;
  };
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      <p className="text-sm text-muted">
        {project.name} ·{' '}
        <Link href={`/my-work?project=${project.slug}`} className="underline decoration-line underline-offset-4 hover:text-ink">
          {t.back}
        </Link>
      </p>
      <h1 className="mt-1 text-xl font-semibold">{t.mine}</h1>
      <p className="mt-1.5 max-w-[65ch] text-muted">{t.mineAbout}</p>
      <form aria-label={r.filter} className="mt-6 mb-8 flex items-end gap-3">
        <input type="hidden" name="project" value={project.slug} />
        <Select className="w-48" label={r.kind} name="kind" defaultValue={kind} options={judgedKinds.map((one) => [one, r.kinds[one]])} />
        <Button type="submit">{r.show}</Button>
      </form>
      {!mine.ok ? (
        <EmptyState title={t.mineNone} />
      ) : (
        <>
          <dl className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
            <Figure label={t.judgements} value={number(mine.value.judgements)} />
            {mine.value.medianSeconds !== null && (
              <Figure label={t.seconds} value={t.secondsOf(number(mine.value.medianSeconds, { maximumFractionDigits: 1 }))} />
            )}
            <Figure
              label={t.mineOthers}
              value={mine.value.others ? within(mine.value.others.share, mine.value.others, percent) : undefined}
              missing={because(mine.value.drift)}
              help={mine.value.others && t.items(number(mine.value.others.units))}
            />
            <Figure
              label={t.mineThemselves}
              value={mine.value.themselves.ok ? within(mine.value.themselves.value.share, mine.value.themselves.value, percent) : undefined}
              missing={because(mine.value.themselves)}
              help={
                mine.value.themselves.ok &&
                `${t.repeats(number(mine.value.themselves.value.repeats))}. ${kappaOf(mine.value.themselves.value.kappa)}`
              }
            />
            {mine.value.position.ok && (
              <Figure
                label={t.mineLeft}
                value={within(mine.value.position.value.share, mine.value.position.value, percent)}
                help={t.pairs(number(mine.value.position.value.decided))}
              />
            )}
            {mine.value.length.ok && (
              <Figure
                label={t.mineLonger}
                value={within(mine.value.length.value.share, mine.value.length.value, percent)}
                help={t.pairs(number(mine.value.length.value.decided))}
              />
            )}
            {mine.value.rewardModel && (
              <Figure
                label={t.mineRewardModel}
                value={within(mine.value.rewardModel.share, mine.value.rewardModel, percent)}
                help={`${t.rewardModelHelp(mine.value.rewardModel.round)} ${t.pairs(number(mine.value.rewardModel.pairs))}`}
              />
            )}
            {mine.value.scores && (
              <Figure
                label={t.mineScores}
                value={mine.value.scores.ok ? within(mine.value.scores.value.rho, mine.value.scores.value, two) : undefined}
                missing={because(mine.value.scores)}
                help={
                  mine.value.scores.ok &&
                  `${t.scoresOfRound(mine.value.scores.value.round)} ${t.responses(number(mine.value.scores.value.n))}`
                }
              />
            )}
          </dl>
          {mine.value.drift.ok && (
            <section aria-label={t.mineOverTime} className="mt-10">
              <h2 className="mb-3 font-semibold">{t.mineOverTime}</h2>
              <div className="rounded-lg border border-line bg-surface p-4 pt-6 sm:p-6">
                <TimePlot
                  label={a.plot(
                    percent(mine.value.drift.value.windows[0]!.share),
                    percent(mine.value.drift.value.windows.at(-1)!.share),
                    mine.value.drift.value.windows.length,
                  )}
                  windows={mine.value.drift.value.windows.map(({ from, to, share, low, high }) => ({
                    at: (from + to) / 2,
                    value: share,
                    low,
                    high,
                  }))}
                  from={0}
                  to={1}
                  marks={[0, 0.5, 1]}
                  format={percent}
                />
              </div>
            </section>
          )}
        </>
      )}
    </main>
  );
}
