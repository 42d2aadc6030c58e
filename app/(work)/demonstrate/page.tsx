import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { wordsOf } from '../../words/server';
import { shellWords } from '../../words/shell';
import { DemonstrateWork } from './demonstrate-work';

export const generateMetadata = async () => ({ title: (await wordsOf(shellWords)).demonstrate });

export default async function DemonstratePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/demonstrate');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const progress = await workProgress(actor, { projectId: project.id });
  const { slug, name, guidelines } = project;
  return <DemonstrateWork key={project.id} project={{ slug, name, guidelines }} initial={progress.demonstrate} />;
}
