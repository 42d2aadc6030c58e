/** Where a project's base model lies, and what may be asked about a model folder. */
import path from 'node:path';
import { env } from '@/lib/env';

/** The model that comes with Heed, wherever the checkout lies. */
export const builtinModel = 'builtin';

/** A model on the Hugging Face hub; `revision` is a branch, a tag or a commit. */
export type HubName = { name: string; revision: string | null };

const hubName = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?$/;
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** `owner/name`, or `owner/name@revision`; null where the text cannot be one. */
export function parseHubName(text: string): HubName | null {
  const [, name, revision = null] = hubName.exec(text) ?? [];
  return name === undefined || /--|\.\./.test(name) || revision?.includes('..') ? null : { name, revision };
}

/** Models from the hub, each in owner--name/commit. Complete: a download gets its name when it is done. */
const hubModelsFolder = (): string => path.join(env().dataFolder, 'models');
export const hubModelFolder = (name: string, commit: string): string => path.join(hubModelsFolder(), name.replace('/', '--'), commit);

/** What a project keeps: `builtin`, `owner/name@commit`, or an absolute folder. */
export function storedModelName(baseModel: string): string {
  const commit = parseHubName(baseModel)?.revision;
  return baseModel === builtinModel || (commit && isCommit(commit)) ? baseModel : path.resolve(baseModel);
}

/** @param baseModel what `storedModelName` gave */
export function modelFolder(baseModel: string): string {
  if (baseModel === builtinModel) return path.join(env().root, 'trainer', 'base-model');
  const hub = path.isAbsolute(baseModel) ? null : parseHubName(baseModel);
  return hub?.revision ? hubModelFolder(hub.name, hub.revision) : baseModel;
}

export type ModelFacts = { architecture: string; parameters: number; contextLength: number; vocabSize: number };

/** Reading model files is the trainer's craft; whoever makes a project hands it in. */
export type ModelReader = {
  /** @throws HeedError when the folder does not hold a model that Heed can train */
  inspectModel(folder: string): Promise<ModelFacts>;
  hashFolder(folder: string): Promise<{ sha256: string; bytes: number }>;
};
