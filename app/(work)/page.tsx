/** Home: what to do next, for whoever has signed in. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { can } from '@/lib/auth/permissions';
import { redTeamModels } from '@/lib/red-team/models';
import { listRounds } from '@/lib/rounds/list-rounds';
import { readiness } from '@/lib/rounds/readiness';
import type { Readiness } from '@/lib/rounds/round';
import type { KindProgress } from '@/lib/tasks/claim';
import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../components/no-project';
import { Refresh } from '../components/refresh';
import { homeWords } from '../words/home';
import { numberOf, wordsOf } from '../words/server';
import { chosenProject, pageActor, type ProjectQuery } from '../guard';

export default async function HomePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const isStudio = can(actor, 'round.view');
  const [work, models, ready, rounds] = await Promise.all([
    workProgress(actor, { projectId: project.id }),
    redTeamModels(actor, { projectId: project.id }),
    isStudio ? readiness(actor, { projectId: project.id }) : null,
    isStudio ? listRounds(actor, { projectId: project.id, limit: 1 }) : null,
  ]);
  const t = await wordsOf(homeWords);
  const number = await numberOf();
  const last = rounds?.items[0];
  const query = `?project=${project.slug}`;
  const isFilling = work.compare.total === 0;
  const missing = ({ demonstrations, comparisons }: Readiness) => [
    ...(demonstrations.have < demonstrations.need ? [t.moreDemonstrations(number(demonstrations.need - demonstrations.have))] : []),
    ...(comparisons.have < comparisons.need ? [t.moreComparisons(number(comparisons.need - comparisons.have))] : []),
  ];

  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-3xl px-4 pt-[8dvh] pb-20 sm:px-6">
      {isFilling && <Refresh seconds={4} />}
      <p className="text-sm text-muted">{project.name}</p>
      <h1 className="mt-1 text-xl font-semibold">{t.title}</h1>
      {project.description && <p className="mt-2 max-w-[65ch] text-muted">{project.description}</p>}
      <ul className="mt-8 divide-y divide-line border-y border-line">
        <Task href={`/compare${query}`} {...t.compare} about={isFilling ? t.comparesComing : t.compare.about} work={work.compare} />
        {work.rank.total > 0 && <Task href={`/rank${query}`} {...t.rank} work={work.rank} />}
        {work.rate.total > 0 && <Task href={`/rate${query}`} {...t.rate} work={work.rate} />}
        <Task href={`/demonstrate${query}`} {...t.demonstrate} work={work.demonstrate} />
        {models.length > 0 && (
          <Row href={`/red-team${query}`} title={t.redTeam.title}>
            <p className="text-muted">{t.redTeam.about}</p>
          </Row>
        )}
        {ready && (
          <Row
            href={last?.state === 'running' ? `/rounds/${last.id}` : `/loop${query}`}
            title={last?.state === 'running' ? t.watchRound(last.number) : t.trainRound}
          >
            <p className="text-muted">
              {last?.state === 'running'
                ? t.training
                : ready.isReady
                  ? t.enough(number(ready.demonstrations.have), number(ready.comparisons.have))
                  : t.needs(missing(ready).join(` ${t.and} `))}
            </p>
          </Row>
        )}
      </ul>
    </main>
  );
}

type TaskProps = { href: string; title: string; about: string; thing: string; things: string; work: KindProgress };

async function Task({ href, title, about, thing, things, work }: TaskProps) {
  const t = await wordsOf(homeWords);
  const number = await numberOf();
  return (
    <Row href={href} title={title} aside={work.open > 0 ? t.open(number(work.open), thing, things) : undefined}>
      <p className="text-muted">{about}</p>
      {work.answeredByMe > 0 && (
        <p className="mt-1 text-sm text-muted tabular-nums">{t.you(number(work.answeredByMeToday), number(work.answeredByMe))}</p>
      )}
    </Row>
  );
}

function Row({ href, title, aside, children }: { href: string; title: string; aside?: string; children: ReactNode }) {
  return (
    <li className="group relative py-5">
      <div className="flex items-start justify-between gap-x-6">
        <h2 className="text-lg font-medium">
          <Link href={href} className="after:absolute after:inset-0 group-hover:text-accent">
            {title}
          </Link>
        </h2>
        <span className="flex shrink-0 items-center gap-3 pt-1 text-sm text-muted tabular-nums">
          {aside}
          <span aria-hidden className="text-base transition-transform group-hover:translate-x-1">
            →
          </span>
        </span>
      </div>
      {children}
    </li>
  );
}
