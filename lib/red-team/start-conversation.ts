/**
 * Begins a conversation with a model. One at a time a project: whoever has one open gets that one, with what was said. Sending it
 * twice, even at once, begins one.
 */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { transaction } from '@/db/client';
import { findConversationByKey, findOpenConversation, insertConversation, turnsOf } from '@/db/queries/conversations';
import { lockPerson } from '@/db/queries/people';
import { findProject } from '@/db/queries/projects';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { mustNotBePaused } from '@/lib/quality/holds';
import { decodingSchema, type Decoding } from '@/lib/training/hyperparameters';
import type { Conversation } from './conversation';
import { modelsFor } from './models';

export const startConversationBody = z.object({
  idempotencyKey: z.string().min(8).max(100),
  /** Without it the newest model. */
  modelId: z.uuid().optional(),
});
const startConversationSchema = startConversationBody.extend({ projectId: z.uuid() });

/** `resumed`: the key was sent before, or another conversation is open. @throws HeedError not_found, forbidden, also for `details.reason` paused */
export async function startConversation(
  actor: Actor,
  input: z.input<typeof startConversationSchema>,
): Promise<Conversation & { status: 'started' | 'resumed' }> {
  mustBeAble(actor, 'task.work');
  const { projectId, idempotencyKey, modelId } = parse(startConversationSchema, input);
  return transaction(async (tx) => {
    if (!(await lockPerson(tx, actor.id))) throw refusal('account-needed');
    const project = await findProject(tx, { id: projectId });
    if (!project) throw refusal('no-such-project');
    await mustNotBePaused(tx, { projectId, userId: actor.id });
    const settings = settingsOf(project.settings);
    const models = await modelsFor(tx, actor, { projectId, allowed: settings.redTeamModels });
    const model = modelId ? models.find(({ id }) => id === modelId) : models.find(({ isDefault }) => isDefault);
    if (!model) throw refusal(modelId ? 'model-gone' : 'no-model');
    const decoding: Decoding = { ...pickDecoding(settings.round.sample), seed: randomInt(2 ** 30) };
    const id = await insertConversation(tx, { projectId, userId: actor.id, checkpointId: model.id, decoding, idempotencyKey });
    if (id) {
      await audit(tx, actor, 'conversation.start', id, { checkpointId: model.id });
      return { id, modelId: model.id, outcome: 'open', turns: [], status: 'started' };
    }
    const there =
      (await findConversationByKey(tx, actor.id, idempotencyKey)) ?? (await findOpenConversation(tx, { userId: actor.id, projectId }));
    if (!there) throw refusal('just-ended');
    return { id: there.id, modelId: there.checkpointId, outcome: there.outcome, turns: await turnsOf(tx, there.id), status: 'resumed' };
  });
}

/** As the models' responses are sampled for people to judge. */
const pickDecoding = (sample: Decoding): Decoding => decodingSchema.strip().parse(sample);
