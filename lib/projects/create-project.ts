/**
 * Makes a project: checks that its base model can be trained, takes in its prompts, and sees to it that there is something to
 * label soon.
 */
import { z } from 'zod';
import { transaction, type Db } from '@/db/client';
import { insertCheckpoint } from '@/db/queries/checkpoints';
import { insertGuidelineVersion } from '@/db/queries/guidelines';
import { insertProject } from '@/db/queries/projects';
import { upsertPrompts } from '@/db/queries/prompts';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { mergeDeep } from '@/lib/merge-deep';
import { parse } from '@/lib/parse';
import { toNewPrompt } from '@/lib/prompts/split';
import { promptTextSchema } from '@/lib/prompts/text';
import { presetFor, presetNames, presetOf, type PresetName } from '@/lib/training/presets';
import { fillProject } from './fill-project';
import { guidelinesSchema } from './guidelines';
import { modelFolder, storedModelName, type ModelFacts, type ModelReader } from './model-folder';
import { projectSettingsSchema } from './settings';
import { fieldProblems } from '@/lib/field-problems';

const slug = z
  .string()
  .max(60, 'At most 60 characters.')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, fieldProblems.noSlug);

export const createProjectSchema = z.object({
  slug,
  name: z.string().trim().min(1, 'Enter a name.').max(100, 'At most 100 characters.'),
  description: z.string().trim().max(2000).default(''),
  guidelines: guidelinesSchema.default(''),
  /** Hugging Face folder, `builtin`, or a model that was fetched from the hub as owner/name@commit. */
  baseModel: z.string().min(1).transform(storedModelName),
  /** Any part of the settings; the rest comes from the preset. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Without a name, the one for the base model's number of parameters. */
  preset: z.enum(presetNames).optional(),
  prompts: z.array(promptTextSchema).max(100_000).default([]),
});
type Input = z.output<typeof createProjectSchema>;
export type CreatedProject = { id: string; slug: string; model: ModelFacts; preset: PresetName };

/** @throws HeedError what `models.inspectModel` throws; conflict when the slug is taken */
export async function createProject(
  actor: Actor,
  input: z.input<typeof createProjectSchema>,
  models: ModelReader,
): Promise<CreatedProject> {
  mustBeAble(actor, 'project.manage');
  const project = parse(createProjectSchema, input);
  const model = await readModel(project.baseModel, models);
  try {
    const made = await transaction((tx) => insertWholeProject(tx, actor, project, model));
    return { ...made, slug: project.slug, model: model.facts };
  } catch (cause) {
    if (!isUniqueViolation(cause, 'projects_slug_unique')) throw cause;
    throw refusal('slug-taken', { slug: project.slug }, { cause });
  }
}

export type ReadModel = { facts: ModelFacts; sha256: string; bytes: number };

export async function readModel(baseModel: string, models: ModelReader): Promise<ReadModel> {
  const folder = modelFolder(baseModel);
  return { facts: await models.inspectModel(folder), ...(await models.hashFolder(folder)) };
}

export async function insertWholeProject(
  tx: Db,
  actor: Actor,
  project: Input,
  model: ReadModel,
): Promise<Pick<CreatedProject, 'id' | 'preset'>> {
  const { slug, name, description, guidelines, baseModel, preset = presetFor(model.facts.parameters) } = project;
  const settings = parse(projectSettingsSchema, mergeDeep({ round: presetOf(preset) }, project.settings));
  const { id } = await insertProject(tx, { slug, name, description, guidelines, baseModel, settings, createdBy: userIdOf(actor) });
  if (guidelines) await insertGuidelineVersion(tx, { projectId: id, text: guidelines, createdBy: userIdOf(actor) });
  await insertCheckpoint(tx, { projectId: id, kind: 'base', path: baseModel, sha256: model.sha256, bytes: model.bytes });
  const { heldOutFraction } = settings;
  const prompts = [...new Set(project.prompts)].map((text) => toNewPrompt(text, { heldOutFraction, source: 'project', isSampled: true }));
  for (let start = 0; start < prompts.length; start += 1000) await upsertPrompts(tx, id, prompts.slice(start, start + 1000));
  await fillProject(tx, id, settings);
  await audit(tx, actor, 'project.create', id, { slug, baseModel, preset, prompts: prompts.length });
  return { id, preset };
}
