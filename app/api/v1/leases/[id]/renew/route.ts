import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { renewLease } from '@/lib/tasks/renew-lease';

export const POST = route({ permission: 'task.work', params: idParams }, ({ actor, params }) => renewLease(actor, { leaseId: params.id }));
