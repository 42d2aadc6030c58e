/**
 * The wrapper of every server action: session → zod → permission → use case → form state. Strangers are sent to the sign-in
 * page before their input is looked at. What goes wrong in a way that people can mend comes back as a message at the form; an
 * outage is logged and says so.
 */
import { unstable_rethrow } from 'next/navigation';
import { z } from 'zod';
import { isDatabaseOutage } from '@/db/outage';
import { HeedError } from '@/lib/errors';
import { log } from '@/lib/log';
import { fieldIssues } from '@/lib/parse';
import { refusal } from '@/lib/refusals';
import type { Actor } from './actor';
import type { FormState } from './form-state';
import { mustBeAble, type Permission } from './permissions';
import { requireActor } from './session';

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

export function action<S extends z.ZodType, T>(
  schema: S,
  permission: Permission,
  useCase: (actor: Actor, input: z.output<S>) => Promise<T>,
): FormAction {
  const admitted = (actor: Actor, input: z.output<S>) => {
    mustBeAble(actor, permission);
    return useCase(actor, input);
  };
  return (_previous, form) => answer(schema, form, requireActor, admitted);
}

/** For people who have no account yet: the use case checks their token instead. */
export function publicAction<S extends z.ZodType, T>(schema: S, useCase: (input: z.output<S>) => Promise<T>): FormAction {
  return (_previous, form) => answer(schema, form, nobody, (_, input) => useCase(input));
}

const nobody = async (): Promise<void> => {};

async function answer<S extends z.ZodType, A, T>(
  schema: S,
  form: FormData,
  identify: () => Promise<A>,
  run: (who: A, input: z.output<S>) => Promise<T>,
): Promise<FormState> {
  const fields = Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].startsWith('$ACTION')),
  );
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !/password|token/i.test(name)));
  try {
    const who = await identify();
    const parsed = schema.safeParse(fields);
    if (!parsed.success) return { ok: false, values, ...explain(refusal('check-fields', {}, { cause: parsed.error })) };
    const result = await run(who, parsed.data);
    return { ok: true, data: result };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, values, ...explain(error) };
  }
}

function explain(error: unknown): Pick<FormState, 'refused' | 'fieldIssues'> {
  if (error instanceof HeedError) {
    const { code, message, details = {}, cause } = error;
    return { refused: { code, message, details }, fieldIssues: cause instanceof z.ZodError ? fieldIssues(cause) : undefined };
  }
  log.error({ err: error }, 'action failed');
  if (isDatabaseOutage(error))
    return {
      refused: { code: 'unavailable', message: 'The database does not answer. Nothing was saved; try again in a moment.', details: {} },
    };
  return {
    refused: { code: 'internal', message: 'Something went wrong on our side. It has been logged; nothing was saved.', details: {} },
  };
}
