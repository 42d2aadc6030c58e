/** The project that is there right after the first start: replies to a shop's customers, on the model that comes with Heed. */
import { db, transaction } from '@/db/client';
import { findProject, lockDemoProject } from '@/db/queries/projects';
import { systemActor } from '@/lib/auth/actor';
import { createProjectSchema, insertWholeProject, readModel } from './create-project';
import { builtinModel, type ModelReader } from './model-folder';

export const demoSlug = 'demo';

const guidelines = `A customer writes to a shop. A good reply

- is about **the thing the customer wrote about**, and what happened to it;
- says **what happens next**: a refund, a replacement, a date;
- is **courteous**, and **short**: no repetition, no rambling.

Choose the reply you would rather have received. If both would annoy you the same, choose *both bad*.`;

/**
 * At temperature 1 the model's replies are as mixed as the text that it learned from: there is something to choose between. A few are ranked, a few
 * rated. Half the usual β, and every round goes on from the policy before: so small a model needs both to get ahead of its SFT model and stay there.
 */
const settings = {
  rankTasks: 12,
  rateTasks: 12,
  round: { sample: { temperature: 1, numPrompts: 160 }, ppo: { temperature: 1, klCoef: 0.05, startFrom: 'previous' } },
};

/** Does nothing when there is one. */
export async function ensureDemoProject({
  prompts,
  ...models
}: { prompts: string[] } & ModelReader): Promise<{ id: string; isNew: boolean }> {
  const known = await findProject(db(), { slug: demoSlug });
  if (known) return { id: known.id, isNew: false };
  const model = await readModel(builtinModel, models);
  return transaction(async (tx) => {
    await lockDemoProject(tx);
    const other = await findProject(tx, { slug: demoSlug });
    if (other) return { id: other.id, isNew: false };
    const project = createProjectSchema.parse({
      slug: demoSlug,
      name: 'Shop replies',
      description: 'Demo: a small model answers messages to a shop. Teach it what a good reply is.',
      guidelines,
      baseModel: builtinModel,
      settings,
      prompts,
    });
    const { id } = await insertWholeProject(tx, systemActor, project, model);
    return { id, isNew: true };
  });
}
