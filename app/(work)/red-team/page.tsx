import { openConversation } from '@/lib/red-team/open-conversation';
import { redTeamModels } from '@/lib/red-team/models';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { redTeamWords } from '../../words/red-team';
import { wordsOf } from '../../words/server';
import { RedTeamWork } from './red-team-work';

export const generateMetadata = async () => ({ title: (await wordsOf(redTeamWords)).title });

export default async function RedTeamPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/red-team');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const [models, open] = await Promise.all([
    redTeamModels(actor, { projectId: project.id }),
    openConversation(actor, { projectId: project.id }),
  ]);
  const { slug, name, guidelines, labelling } = project;
  return (
    <RedTeamWork
      key={project.id}
      project={{ slug, name, guidelines }}
      models={models}
      categories={labelling.safetyCategories}
      open={open}
    />
  );
}
