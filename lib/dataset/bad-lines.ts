/** What is wrong with an item of a file. Nothing of such a line is imported. */
import type { FieldIssue } from '@/lib/parse';
import { reasonsOf, type Reason } from '@/lib/reasons';

type Field = { field: string };

export const badLines = {
  // The file
  'not-json': ({ message }: { message: string }) => `Not valid JSON: ${message}`,
  'after-the-end': 'Something follows the end of the array.',
  'not-closed': 'The array is not closed. Is the file complete?',

  // The item
  'no-object': 'Must be a JSON object such as {"prompt": "…"}.',
  missing: ({ field }: Field) => `"${field}" is missing.`,
  'bad-field': ({ field, issue }: Field & { issue: FieldIssue }) => `"${field}": ${issue.message}`,
  'no-text': ({ field }: Field) => `"${field}": must be a string or a list of {"role", "content"}`,
  'one-sentence': 'A text needs at least two sentences: the first becomes the prompt, the rest the response.',
  'not-a-reply': ({ field }: Field) => `"${field}" must be one assistant message.`,
  'no-answer': '"messages" must end with an assistant message that answers one.',
  same: '"chosen" and "rejected" are the same.',
  'no-shared-prompt': '"prompt" is missing, and "chosen" and "rejected" share no "\\n\\nAssistant:" up to which it could be read.',
  'unlike-forms': '"chosen" and "rejected" must both be strings or both be lists.',
  'unlike-messages': '"chosen" and "rejected" must have all messages but the last in common.',
};
export const badLine = reasonsOf(badLines);
export type BadLine = Reason<keyof typeof badLines>;

/** An item that is no row. Its message is the sentence. */
export class BadRow extends Error {
  constructor(readonly why: BadLine) {
    super(why.reason);
  }
}
