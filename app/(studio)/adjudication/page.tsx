import Link from 'next/link';
import { pairsToDecide, queueQuery, type PairToDecide } from '@/lib/adjudication/queue';
import type { Actor } from '@/lib/auth/actor';
import { readKeys, type ChosenKeys } from '@/lib/people/keys';
import { spoken } from '@/lib/people/names';
import { inheritedKeys } from '../../(work)/choose-key';
import { KeysProvider } from '../../(work)/keys-provider';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor } from '../../guard';
import { adjudicationWords } from '../../words/adjudication';
import { reportWords } from '../../words/reports';
import { numberOf, wordsOf } from '../../words/server';
import { givenOnce, ReportFrame, type ReportPageQuery } from '../report-frame';
import { AdjudicationWork } from './adjudication-work';
import { pageKeys } from './page-keys';
import { keyOf, type ShownPair } from './shown-pair';

export const generateMetadata = async () => ({ title: (await wordsOf(adjudicationWords)).title });

export default async function AdjudicationPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('quality.manage', '/adjudication');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const query = queueQuery.safeParse(await givenOnce(searchParams));
  const show = query.success ? query.data.show : 'open';
  const { pairs, counts, hasModel } = await pairsToDecide(actor, { projectId: project.id, show });
  const [t, { annotator }, number] = [await wordsOf(adjudicationWords), await wordsOf(reportWords), await numberOf()];
  const total = show === 'open' ? counts.sides + counts.tie + counts.model : pairs.length;
  const address = (view: string) => `/adjudication?project=${project.slug}&show=${view}`;
  return (
    <ReportFrame tab="adjudication" projectSlug={project.slug} title={t.title} about={t.about}>
      <nav aria-label={t.show} className="mb-4 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {(['open', 'decided'] as const).map((view) => (
          <Link
            key={view}
            href={address(view)}
            aria-current={view === show ? 'true' : undefined}
            className="text-muted underline decoration-line underline-offset-4 hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
          >
            {view === 'decided' ? t.decided : show === 'open' ? t.open(number(total)) : t.toDecide}
          </Link>
        ))}
      </nav>
      {!hasModel && show === 'open' && <p className="mb-4 max-w-[75ch] text-sm text-muted">{t.noModel}</p>}
      {pairs.length === 0 ? (
        <EmptyState title={show === 'open' ? t.nothing : t.noneDecided}>
          {show === 'decided' ? t.noneDecidedWhy : hasModel ? t.nothingWithModel : t.nothingWhy}
        </EmptyState>
      ) : (
        <KeysProvider initial={await keysHere(actor)}>
          <AdjudicationWork
            key={`${show} ${pairs.map(keyOf).join(' ')}`}
            projectSlug={project.slug}
            scalePoints={project.labelling.scalePoints}
            total={total}
            initial={pairs.map((pair) => shown(pair, annotator))}
          />
        </KeysProvider>
      )}
    </ReportFrame>
  );
}

/** Whoever has chosen none for this page has those of comparisons. */
async function keysHere(actor: Actor): Promise<ChosenKeys> {
  const chosen = await readKeys(actor);
  return { ...chosen, adjudication: chosen.adjudication ?? inheritedKeys(pageKeys, chosen.compare ?? {}) };
}

/** With names as they are to be said. */
function shown({ answers, verdict, comments, ...pair }: PairToDecide, hidden: (number: number) => string): ShownPair {
  return {
    ...pair,
    answers: answers.map(({ person, ...answer }) => ({ ...answer, name: spoken(person, hidden) })),
    verdict: verdict && { ...verdict, name: spoken(verdict.reviewer, hidden) },
    comments: comments.map(({ id, text, createdAt, person }) => ({ id, text, createdAt, name: spoken(person, hidden) })),
  };
}
