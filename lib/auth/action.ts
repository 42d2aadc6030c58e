/**
 * The wrapper of every server action: session → zod → permission → use case → form state. Strangers are sent to the sign-in
 * page before their input is looked at. What goes wrong in a way that people can mend comes back as a message at the form; an
 * outage is logged and says so.
 */
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import { isDatabaseOutage } from '@/db/outage';
import { HeedError } from '@/lib/errors';
import { log } from '@/lib/log';
import { fieldErrors } from '@/lib/parse';
import type { Actor } from './actor';
import type { FormState } from './form-state';
import { mustBeAble, type Permission } from './permissions';
import { requireActor } from './session';

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

/** @param done what the form says when it worked */
export function action<S extends z.ZodType, T>(
  schema: S,
  permission: Permission,
  useCase: (actor: Actor, input: z.output<S>) => Promise<T>,
  done?: string | ((result: T) => string),
): FormAction {
  const admitted = (actor: Actor, input: z.output<S>) => {
    mustBeAble(actor, permission);
    return useCase(actor, input);
  };
  return (_previous, form) => answer(schema, form, requireActor, admitted, done);
}

/** For people who have no account yet: the use case checks their token instead. */
export function publicAction<S extends z.ZodType, T>(schema: S, useCase: (input: z.output<S>) => Promise<T>, done?: string): FormAction {
  return (_previous, form) => answer(schema, form, nobody, (_, input) => useCase(input), done);
}

const nobody = async (): Promise<void> => {};

async function answer<S extends z.ZodType, A, T>(
  schema: S,
  form: FormData,
  identify: () => Promise<A>,
  run: (who: A, input: z.output<S>) => Promise<T>,
  done?: string | ((result: T) => string),
): Promise<FormState> {
  const fields = Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].startsWith('$ACTION')),
  );
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !/password|token/i.test(name)));
  try {
    const who = await identify();
    const parsed = schema.safeParse(fields);
    if (!parsed.success) return { ok: false, message: 'Please check the marked fields.', fieldErrors: fieldErrors(parsed.error), values };
    const result = await run(who, parsed.data);
    return { ok: true, message: typeof done === 'function' ? done(result) : done, data: result };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, values, ...explain(error) };
  }
}

function explain(error: unknown): Pick<FormState, 'message' | 'fieldErrors'> {
  if (error instanceof HeedError) {
    const named = error.details?.fields as Record<string, string> | undefined;
    return { message: error.message, fieldErrors: named };
  }
  log.error({ err: error }, 'action failed');
  if (isDatabaseOutage(error)) return { message: 'The database does not answer. Nothing was saved; try again in a moment.' };
  return { message: 'Something went wrong on our side. It has been logged; nothing was saved.' };
}
