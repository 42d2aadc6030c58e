import { route } from '@/lib/auth/route';
import { listProjects } from '@/lib/projects/list-projects';

export const GET = route({ permission: 'task.work' }, async ({ actor }) => ({ projects: await listProjects(actor) }));
