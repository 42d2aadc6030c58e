import { workProgress } from '@/lib/tasks/progress';
import { NoProject } from '../../components/no-project';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { DemonstrateWork } from './demonstrate-work';

export const metadata = { title: 'Demonstrate' };

export default async function DemonstratePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/demonstrate');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const progress = await workProgress(actor, { projectId: project.id });
  const { slug, name, guidelines } = project;
  return <DemonstrateWork key={project.id} project={{ slug, name, guidelines }} initial={progress.demonstrate} />;
}
