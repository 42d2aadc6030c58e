/** zod at the door of every use case, with its verdict as a HeedError that names the field. */
import { z } from 'zod';
import { HeedError } from './errors';
import { fieldProblems } from './field-problems';

/** @throws HeedError invalid; `details.fields` holds one sentence by field path. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { error: plainly });
  const unstorable = result.success ? nullCharacterIn(result.data) : undefined;
  if (result.success && !unstorable) return result.data;
  const error =
    result.error ?? new z.ZodError([{ code: 'custom', path: unstorable!, message: fieldProblems.nullCharacter, input: undefined }]);
  const fields = Object.fromEntries(Object.entries(fieldIssues(error)).map(([path, { message }]) => [path, message]));
  const message = Object.entries(fields)
    .map(([path, problem]) => (path ? `${path}: ${problem}` : problem))
    .join('\n');
  throw new HeedError('invalid', message, { cause: error, details: { fields } });
}

/** Where the first text is that PostgreSQL could not store. */
function nullCharacterIn(value: unknown, path: string[] = []): string[] | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    const found = name.includes('\0') ? path : nullCharacterIn(inside, [...path, name]);
    if (found) return found;
  }
  return undefined;
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
