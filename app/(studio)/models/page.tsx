import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { getProject } from '@/lib/projects/get-project';
import { CheckpointTable } from '../../components/checkpoint-table';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { Pages } from '../../components/pages';
import { modelWords } from '../../words/models';
import { wordsOf } from '../../words/server';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../guard';

export const generateMetadata = async () => ({ title: (await wordsOf(modelWords)).title });

export default async function ModelsPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('round.view', '/models');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const t = await wordsOf(modelWords);
  const cursor = single((await searchParams).cursor);
  const [project, page] = await Promise.all([
    getProject(actor, chosen.slug),
    found(listCheckpoints(actor, { projectId: chosen.id, cursor })),
  ]);
  return (
    <StudioPage
      title={t.title}
      about={
        <>
          {t.about(project.name)} <span className="font-mono text-sm">{project.baseModel}</span>.
        </>
      }
    >
      {page.items.length === 0 ? (
        <EmptyState title={t.none}>{t.noneWhy}</EmptyState>
      ) : (
        <CheckpointTable checkpoints={page.items} projectSlug={project.slug} />
      )}
      <Pages path={`/models?project=${project.slug}`} cursor={cursor} nextCursor={page.nextCursor} />
    </StudioPage>
  );
}
