import { route } from '@/lib/auth/route';
import { myAnswerSchema, readMyAnswer } from '@/lib/tasks/my-answer';

export const GET = route({ permission: 'task.work', params: myAnswerSchema }, ({ actor, params }) => readMyAnswer(actor, params));
