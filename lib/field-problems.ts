/**
 * What a schema says of a field where zod has no words of its own for it: the rule is a pattern, or concerns several fields. In English; pages know
 * each by its sentence and say it in the reader's language (app/words/problems.ts). Imports nothing, so that they can.
 */
export const fieldProblems = {
  hasComma: 'Names have no commas.',
  twice: 'Each name only once.',
  noSlug: 'Use small letters, digits and single hyphens, e.g. "shop-replies".',
  noMail: 'Enter an e-mail address.',
  noFlagReason: 'Say what is wrong with it.',
  emptyMessage: 'The message is empty.',
  emptyPrompt: 'The prompt is empty.',
  emptyResponse: 'The response is empty.',
  nullCharacter: 'Contains the character U+0000.',
  noKey: 'Choose a letter, a digit or a sign.',
  tooManyKeys: 'Too many keys.',
  sameKey: 'One key cannot do two things.',
  unevenBatch: 'Must divide batchSize.',
  unevenEpisodes: 'Must divide the episodes of an optimizer step, batchSize / numMiniBatches.',
  aboveBatch: 'At most batchSize.',
  unequalStages: 'Must be the same in all stages that have it.',
  noLayers: 'Must be all-linear or names of layers.',
} as const;
