/** What a server action gives back to `useActionState`. No imports: client components read it. */
export type FormState = {
  ok: boolean;
  /** One sentence above the form. */
  message?: string;
  /** By field name. */
  fieldErrors?: Record<string, string>;
  /** What was typed, for filling the form again; never a password. */
  values?: Record<string, string>;
  data?: unknown;
};

export const untouchedForm: FormState = { ok: false };
