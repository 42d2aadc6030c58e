/** A text and its response as tokens, in the one way in which every stage reads them: with an end token, unless the text was cut off. */
import type { Model } from '../model/load';
import type { Example } from './collate';

export function encodeExample(model: Pick<Model, 'tokenizer' | 'endId'>, prompt: string, response: string, isTruncated = false): Example {
  return {
    prompt: model.tokenizer.encodePrompt(prompt),
    response: [...model.tokenizer.encodeResponse(prompt, response), ...(isTruncated ? [] : [model.endId])],
  };
}
