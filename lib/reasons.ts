/**
 * What people are told has a name, its sentence in English, and `details`: what stands in the sentence. So pages can say it in the reader's language;
 * app/words has a table of the same names for each one here, and TypeScript asks for every name in it.
 */
import { HeedError, type ErrorCode } from './errors';

export type Sentence = string | ((details: never) => string);
/** What stands in a sentence. */
export type DetailsOf<S> = S extends (details: infer D) => string ? D : Record<never, never>;

/** Plain JSON. `code`: its name; `reason`: in English. */
export type Reason<Code extends string = string> = { code: Code; reason: string; details: object };

const say = (sentence: Sentence, details: unknown): string => (typeof sentence === 'string' ? sentence : sentence(details as never));

export const reasonsOf =
  <T extends Record<string, Sentence>>(sentences: T) =>
  <C extends keyof T & string>(code: C, ...[details]: T[C] extends string ? [] : [details: DetailsOf<T[C]>]): Reason<C> => ({
    code,
    reason: say(sentences[code]!, details),
    details: details ?? {},
  });

/** `field`: where in the input the trouble is. */
type More = { cause?: unknown; field?: string };
type Rest<S> = S extends string ? [details?: Record<never, never>, more?: More] : [details: DetailsOf<S>, more?: More];

/** The same as errors, for tables that also say which error it is. Their `details.reason` is the name. */
export const errorsOf =
  <T extends Record<string, readonly [ErrorCode, Sentence]>>(table: T) =>
  <R extends keyof T & string>(name: R, ...[details, { cause, field } = {}]: Rest<T[R][1]>): HeedError => {
    const [code, sentence] = table[name]!;
    const message = say(sentence, details);
    return new HeedError(code, message, {
      cause,
      details: { ...(details as object | undefined), reason: name, ...(field && { fields: { [field]: message } }) },
    });
  };
