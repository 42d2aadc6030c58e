/** Changes a project's words and settings. Settings apply to what is made from now on: tasks and rounds keep theirs. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { insertGuidelineVersion } from '@/db/queries/guidelines';
import { lockProject, updateProject } from '@/db/queries/projects';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { mergeDeep } from '@/lib/merge-deep';
import { parse } from '@/lib/parse';
import { topUpDemonstrateTasks } from './fill-project';
import { guidelinesSchema } from './guidelines';
import { projectSettingsSchema, settingsOf, type ProjectSettings } from './settings';

export const updateSettingsSchema = z.object({
  projectId: z.uuid(),
  name: z.string().trim().min(1, 'Enter a name.').max(100).optional(),
  description: z.string().trim().max(2000).optional(),
  /** A new text is a new version. */
  guidelines: guidelinesSchema.optional(),
  /** Any part of the settings; the rest stays. */
  settings: z.record(z.string(), z.unknown()).default({}),
});

export async function updateSettings(actor: Actor, input: z.input<typeof updateSettingsSchema>): Promise<ProjectSettings> {
  mustBeAble(actor, 'project.manage');
  const { projectId, settings: changes, ...words } = parse(updateSettingsSchema, input);
  return transaction(async (tx) => {
    const project = await lockProject(tx, projectId);
    if (!project) throw refusal('no-such-project');
    const settings = parse(projectSettingsSchema, mergeDeep(settingsOf(project.settings), changes));
    await updateProject(tx, projectId, { ...words, settings });
    if (words.guidelines !== undefined && words.guidelines !== project.guidelines)
      await insertGuidelineVersion(tx, { projectId, text: words.guidelines, createdBy: userIdOf(actor) });
    await topUpDemonstrateTasks(tx, projectId, settings);
    await audit(tx, actor, 'project.update', projectId, { ...words, settings: changes });
    return settings;
  });
}
