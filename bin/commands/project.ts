/** `heed project`: makes and lists projects. */
import { systemActor } from '@/lib/auth/actor';
import { itemsOf } from '@/lib/dataset/items';
import { readRow } from '@/lib/dataset/row';
import { HeedError } from '@/lib/errors';
import { createProject } from '@/lib/projects/create-project';
import { getProject } from '@/lib/projects/get-project';
import { listProjects } from '@/lib/projects/list-projects';
import { describePreset, type PresetName } from '@/lib/training/presets';
import { modelReader } from '../model-reader';
import { print, table } from '../output';
import { textOfFile } from '../read-file';
import { resolveModel } from '../resolve-model';

export type NewProject = { name?: string; description?: string; model: string; prompts?: string; preset?: PresetName; json?: boolean };

export async function createProjectCommand(
  slug: string,
  { name = slug, description, model, prompts, preset, json }: NewProject,
): Promise<void> {
  const texts = prompts ? await promptsOf(prompts) : [];
  const baseModel = await resolveModel(model);
  const project = await createProject(systemActor, { slug, name, description, baseModel, preset, prompts: texts }, modelReader);
  const { architecture, parameters, contextLength, vocabSize } = project.model;
  print(json, project, [
    `Project "${slug}" is made, with ${texts.length} prompts.`,
    `Its base model: ${architecture}, ${(parameters / 1e6).toFixed(2)} million parameters, context ${contextLength}, vocabulary ${vocabSize}.`,
    `Its rounds start from the preset ${describePreset(project.preset)}.`,
    texts.length > 0 ? 'The trainer now samples first responses to compare.' : `Next: heed import prompts FILE --project ${slug}`,
  ]);
}

async function promptsOf(file: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const item of itemsOf(textOfFile(file))) {
    const bad = (reason: string) => new HeedError('invalid', `${file}, line ${item.line}: ${reason}\nNo project was made.`);
    if ('reason' in item) throw bad(item.reason);
    try {
      texts.push(readRow('prompts', item.value).prompt);
    } catch (error) {
      throw bad((error as Error).message);
    }
  }
  return texts;
}

export async function listProjectsCommand({ json }: { json?: boolean }): Promise<void> {
  const projects = await Promise.all((await listProjects(systemActor)).map(({ slug }) => getProject(systemActor, slug)));
  const rows = projects.map(({ slug, name, baseModel, counts }) => ({ slug, name, baseModel, ...counts }));
  const cells = rows.map((row) => [row.slug, row.name, row.baseModel, row.prompts, row.demonstrations, row.comparisons]);
  print(json, rows, table(['PROJECT', 'NAME', 'BASE MODEL', 'PROMPTS', 'DEMONSTRATIONS', 'COMPARISONS'], cells));
}
