import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { modelWords } from '../../words/models';
import { nameWords } from '../../words/names';
import { wordsOf } from '../../words/server';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { Playground } from './playground';

export const generateMetadata = async () => ({ title: (await wordsOf(modelWords)).playground });

export default async function PlaygroundPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('lineage.view', '/playground');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const t = await wordsOf(modelWords);
  const names = await wordsOf(nameWords);
  const { items } = await listCheckpoints(actor, { projectId: chosen.id, limit: 200 });
  const models = items
    .filter(({ kind, deletedAt }) => !deletedAt && kind !== 'reward' && kind !== 'resume')
    .map(({ id, kind, roundNumber }) => ({
      id,
      name: roundNumber ? names.ofRound(names.checkpoints[kind], roundNumber) : names.checkpoints[kind],
    }));
  return (
    <StudioPage title={t.playground} about={t.playgroundAbout}>
      {models.length === 0 ? (
        <EmptyState title={t.none}>{t.noneWhy}</EmptyState>
      ) : (
        <Playground key={chosen.slug} slug={chosen.slug} models={models} />
      )}
    </StudioPage>
  );
}
