/** Home: what to do next, for whoever has signed in. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { can } from '@/lib/auth/permissions';
import { listRounds } from '@/lib/rounds/list-rounds';
import { readiness } from '@/lib/rounds/readiness';
import type { KindProgress } from '@/lib/tasks/claim';
import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../components/no-project';
import { Refresh } from '../components/refresh';
import { chosenProject, pageActor, type ProjectQuery } from '../guard';

export default async function HomePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const isStudio = can(actor, 'round.view');
  const [work, ready, rounds] = await Promise.all([
    workProgress(actor, { projectId: project.id }),
    isStudio ? readiness(actor, { projectId: project.id }) : null,
    isStudio ? listRounds(actor, { projectId: project.id, limit: 1 }) : null,
  ]);
  const last = rounds?.items[0];
  const query = `?project=${project.slug}`;
  const isFilling = work.compare.total === 0;

  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-3xl px-4 pt-[8dvh] pb-20 sm:px-6">
      {isFilling && <Refresh seconds={4} />}
      <p className="text-sm text-muted">{project.name}</p>
      <h1 className="mt-1 text-xl font-semibold">What to do next</h1>
      {project.description && <p className="mt-2 max-w-[65ch] text-muted">{project.description}</p>}
      <ul className="mt-8 divide-y divide-line border-y border-line">
        <Task
          href={`/compare${query}`}
          title="Compare responses"
          about={
            isFilling
              ? 'The base model is answering the first prompts. Pairs appear here when it is done.'
              : 'Two responses to one prompt: which is better, and by how much?'
          }
          work={work.compare}
          thing="pairs"
        />
        <Task
          href={`/demonstrate${query}`}
          title="Write demonstrations"
          about="Write the response that you would want."
          work={work.demonstrate}
          thing="prompts"
        />
        {ready && (
          <Row
            href={last?.state === 'running' ? `/rounds/${last.id}` : `/loop${query}`}
            title={last?.state === 'running' ? `Watch round ${last.number}` : 'Train a round'}
          >
            <p className="text-muted">
              {last?.state === 'running'
                ? 'It is training now.'
                : ready.isReady
                  ? `Enough labels: ${ready.demonstrations.have} demonstrations and ${ready.comparisons.have} comparisons.`
                  : `Needs ${missing(ready)} first.`}
            </p>
          </Row>
        )}
      </ul>
    </main>
  );
}

function missing({
  demonstrations,
  comparisons,
}: {
  demonstrations: { have: number; need: number };
  comparisons: { have: number; need: number };
}): string {
  const parts = [
    { what: 'demonstrations', ...demonstrations },
    { what: 'comparisons', ...comparisons },
  ];
  return parts
    .filter(({ have, need }) => have < need)
    .map(({ what, have, need }) => `${need - have} more ${what}`)
    .join(' and ');
}

function Task({ href, title, about, work, thing }: { href: string; title: string; about: string; work: KindProgress; thing: string }) {
  return (
    <Row href={href} title={title} aside={work.open > 0 ? `${work.open.toLocaleString('en')} ${thing} open` : undefined}>
      <p className="text-muted">{about}</p>
      {work.answeredByMe > 0 && (
        <p className="mt-1 text-sm text-muted tabular-nums">
          You: {work.answeredByMeToday} today, {work.answeredByMe} in all
        </p>
      )}
    </Row>
  );
}

function Row({ href, title, aside, children }: { href: string; title: string; aside?: string; children: ReactNode }) {
  return (
    <li className="group relative flex items-start justify-between gap-6 py-5">
      <div>
        <h2 className="text-lg font-medium">
          <Link href={href} className="after:absolute after:inset-0 group-hover:text-accent">
            {title}
          </Link>
        </h2>
        {children}
      </div>
      <span className="flex shrink-0 items-center gap-3 pt-1 text-sm text-muted tabular-nums">
        {aside}
        <span aria-hidden className="text-base transition-transform group-hover:translate-x-1">
          →
        </span>
      </span>
    </li>
  );
}
