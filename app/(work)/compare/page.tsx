import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { wordsOf } from '../../words/server';
import { shellWords } from '../../words/shell';
import { CompareWork } from './compare-work';

export const generateMetadata = async () => ({ title: (await wordsOf(shellWords)).compare });

export default async function ComparePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/compare');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const progress = await workProgress(actor, { projectId: project.id });
  const { slug, name, guidelines, labelling } = project;
  return <CompareWork key={project.id} project={{ slug, name, guidelines }} labelling={labelling} initial={progress.compare} />;
}
