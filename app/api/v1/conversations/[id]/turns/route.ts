/** A person's turn, and the model's answer as it is written: lines of JSON. Ends when the reader goes away. */
import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { linesResponse } from '@/lib/inference/lines-response';
import { sendTurn, turnBody } from '@/lib/red-team/send-turn';

export const dynamic = 'force-dynamic';

export const POST = route({ permission: 'task.work', params: idParams, body: turnBody }, async ({ actor, params, body, request }) =>
  linesResponse(await sendTurn(actor, { ...body, conversationId: params.id }, request.signal)),
);
