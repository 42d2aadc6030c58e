/** What a server action gives back to `useActionState`. Imports nothing but types: client components read it. */
import type { FieldIssue } from '@/lib/parse';

export type FormState = {
  ok: boolean;
  /** Why not; said in the reader's language. */
  refused?: Refused;
  /** By field name. */
  fieldIssues?: Record<string, FieldIssue>;
  /** What was typed, for filling the form again; never a password. */
  values?: Record<string, string>;
  data?: unknown;
};

/** An error as it comes over the wire: for programs, in English, and what stands in the sentence. */
export type Refused = { code: string; message: string; details: Record<string, unknown> };

export const untouchedForm: FormState = { ok: false };
