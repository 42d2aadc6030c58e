import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { getProject } from '@/lib/projects/get-project';
import { CheckpointTable } from '../../components/checkpoint-table';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { Pages } from '../../components/pages';
import { chosenProject, pageActor, single, type ProjectQuery } from '../../guard';

export const metadata = { title: 'Models' };

export default async function ModelsPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('round.view', '/models');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const cursor = single((await searchParams).cursor);
  const [project, page] = await Promise.all([getProject(actor, chosen.slug), listCheckpoints(actor, { projectId: chosen.id, cursor })]);
  return (
    <StudioPage
      title="Models"
      about={
        <>
          Every checkpoint of {project.name}, newest first. Each is a folder in Hugging Face format. The base model is{' '}
          <span className="font-mono text-sm">{project.baseModel}</span>.
        </>
      }
    >
      {page.items.length === 0 ? (
        <EmptyState title="No model yet">The base model is recorded when the trainer has read it for the first time.</EmptyState>
      ) : (
        <CheckpointTable checkpoints={page.items} projectSlug={project.slug} />
      )}
      <Pages path={`/models?project=${project.slug}`} cursor={cursor} nextCursor={page.nextCursor} />
    </StudioPage>
  );
}
