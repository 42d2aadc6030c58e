/** Where a project's base model lies, and what may be asked about a model folder. */
import path from 'node:path';
import { env } from '@/lib/env';

/** The model that comes with Heed, wherever the checkout lies. */
export const builtinModel = 'builtin';

export function modelFolder(baseModel: string): string {
  return baseModel === builtinModel ? path.join(env().root, 'trainer', 'base-model') : baseModel;
}

export type ModelFacts = { architecture: string; parameters: number; contextLength: number; vocabSize: number };

/** Reading model files is the trainer's craft; whoever makes a project hands it in. */
export type ModelReader = {
  /** @throws HeedError when the folder does not hold a model that Heed can train */
  inspectModel(folder: string): Promise<ModelFacts>;
  hashFolder(folder: string): Promise<{ sha256: string; bytes: number }>;
};
