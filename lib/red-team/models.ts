/** Whom one may talk to: annotators the newest models, as many as the project allows and without their names; the others any that writes text. */
import { z } from 'zod';
import { db, type Db } from '@/db/client';
import { listUsableModels } from '@/db/queries/conversations';
import { findProject } from '@/db/queries/projects';
import type { Actor } from '@/lib/auth/actor';
import { can, mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import type { RedTeamModel } from './conversation';

const redTeamModelsSchema = z.object({ projectId: z.uuid() });
const mostListed = 200;

/** Empty where the project has no model yet or does no red-teaming. In an order that does not tell which is newer, where that is to stay hidden. */
export async function redTeamModels(actor: Actor, input: z.input<typeof redTeamModelsSchema>): Promise<RedTeamModel[]> {
  mustBeAble(actor, 'task.work');
  const { projectId } = parse(redTeamModelsSchema, input);
  const project = await findProject(db(), { id: projectId });
  if (!project) throw refusal('no-such-project');
  return modelsFor(db(), actor, { projectId, allowed: settingsOf(project.settings).redTeamModels });
}

/** @param allowed how many models annotators may talk to; 0: nobody talks to any */
export async function modelsFor(db: Db, actor: Actor, of: { projectId: string; allowed: number }): Promise<RedTeamModel[]> {
  if (of.allowed === 0) return [];
  const isBlind = !can(actor, 'lineage.view');
  const models = await listUsableModels(db, of.projectId, isBlind ? of.allowed : mostListed);
  const all = models.map((model, index): RedTeamModel => ({ ...model, isDefault: index === 0 }));
  if (!isBlind) return all;
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((model) => ({ ...model, kind: null, roundNumber: null }));
}
