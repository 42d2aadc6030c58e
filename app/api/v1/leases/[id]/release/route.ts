import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { releaseTask } from '@/lib/tasks/release-task';

export const POST = route({ permission: 'task.work', params: idParams }, async ({ actor, params }) => {
  await releaseTask(actor, { leaseId: params.id });
  return null;
});
