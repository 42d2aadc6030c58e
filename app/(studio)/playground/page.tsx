import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { EmptyState } from '../../components/empty-state';
import { checkpointNames } from '../../components/names';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { Playground } from './playground';

export const metadata = { title: 'Playground' };

export default async function PlaygroundPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('lineage.view', '/playground');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const { items } = await listCheckpoints(actor, { projectId: chosen.id, limit: 200 });
  const models = items
    .filter(({ kind, deletedAt }) => !deletedAt && kind !== 'reward' && kind !== 'resume')
    .map(({ id, kind, roundNumber }) => ({ id, name: `${checkpointNames[kind]}${roundNumber ? `, round ${roundNumber}` : ''}` }));
  return (
    <StudioPage title="Playground" about="Ask a model of this project something, or two models the same. Nothing of it is kept.">
      {models.length === 0 ? (
        <EmptyState title="No model yet">The base model is recorded when the trainer has read it for the first time.</EmptyState>
      ) : (
        <Playground key={chosen.slug} slug={chosen.slug} models={models} />
      )}
    </StudioPage>
  );
}
