import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { wordsOf } from '../../words/server';
import { shellWords } from '../../words/shell';
import { RateWork } from './rate-work';

export const generateMetadata = async () => ({ title: (await wordsOf(shellWords)).rate });

export default async function RatePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/rate');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const progress = await workProgress(actor, { projectId: project.id });
  const { slug, name, guidelines } = project;
  return <RateWork key={project.id} project={{ slug, name, guidelines }} initial={progress.rate} />;
}
