/** zod at the door of every use case, with its verdict as a HeedError that names the field. */
import type { z } from 'zod';
import { HeedError } from './errors';

/** @throws HeedError invalid; `details.fields` holds one sentence by field path. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { error: plainly });
  if (result.success) return result.data;
  const fields = Object.fromEntries(Object.entries(fieldIssues(result.error)).map(([path, { message }]) => [path, message]));
  const message = Object.entries(fields)
    .map(([path, problem]) => (path ? `${path}: ${problem}` : problem))
    .join('\n');
  throw new HeedError('invalid', message, { cause: result.error, details: { fields } });
}

/** What is absent is missing, not of a wrong type; a misspelt name is easier to find beside the right ones. */
const plainly: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'This is missing.';
  if (issue.code !== 'unrecognized_keys') return undefined;
  const { shape } = (issue.inst as z.ZodObject)._zod.def;
  return `There is no ${issue.keys.join(', ')} here. There are: ${Object.keys(shape).join(', ')}.`;
};

/** What zod says of a field, without its path. Plain JSON. */
export type FieldIssue = z.core.$ZodIssue;

/** The first problem of each field, by dotted path. */
export function fieldIssues(error: z.ZodError): Record<string, FieldIssue> {
  const fields: Record<string, FieldIssue> = {};
  for (const issue of error.issues) fields[issue.path.join('.')] ??= issue;
  return fields;
}
