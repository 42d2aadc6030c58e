/** A quick look at a model folder, for the person who wants to start a project from it: reads headers, no weights. */
import { stat } from 'node:fs/promises';
import { HeedError } from '@/lib/errors';
import { assertVocabularyFits, loadTokenizer } from '../data/tokenizer';
import { readHeader } from './peft';

export type ModelSummary = { architecture: string; parameters: number; contextLength: number; vocabSize: number; hasChatTemplate: boolean };

/**
 * Throws HeedError: not_found where there is no such folder or no config.json in it; invalid where the architecture is unknown,
 * a tensor is missing or of the wrong size, or the tokenizer is absent or does not fit.
 */
export async function inspectModel(folder: string): Promise<ModelSummary> {
  const isFolder = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new HeedError('not_found', `There is no model folder ${folder}.`);
  const { config, head, parameters, configFolder } = await readHeader(folder);
  if (head !== 'language') throw new HeedError('invalid', `${folder} holds a reward model. A project starts from a language model.`);
  const tokenizer = await loadTokenizer(configFolder);
  assertVocabularyFits(folder, tokenizer, config.vocabSize);
  if (tokenizer.eosIds.length === 0) throw new HeedError('invalid', `${folder} names no end token: set eos_token_id in its config.json.`);
  return {
    architecture: config.architecture,
    parameters,
    contextLength: config.contextLength,
    vocabSize: config.vocabSize,
    hasChatTemplate: tokenizer.hasChatTemplate,
  };
}
