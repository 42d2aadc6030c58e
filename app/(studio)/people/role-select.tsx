'use client';
/** Changes a person's role as soon as another one is chosen. */
import { useActionState, useRef } from 'react';
import { roles, type Role } from '@/db/enums';
import { untouchedForm } from '@/lib/auth/form-state';
import { commonWords } from '../../words/common';
import { useLanguage, useWords } from '../../words/language';
import { peopleWords } from '../../words/people';
import { refusalInWords } from '../../words/refusals';
import { shellWords } from '../../words/shell';
import { setRoleAction } from './actions';

export function RoleSelect({ personId, name, role }: { personId: string; name: string; role: Role }) {
  const t = useWords(peopleWords);
  const names = useWords(shellWords).roles;
  const { saved } = useWords(commonWords);
  const language = useLanguage();
  const [state, submit, isPending] = useActionState(setRoleAction, untouchedForm);
  const form = useRef<HTMLFormElement>(null);
  return (
    <form ref={form} action={submit}>
      <input type="hidden" name="personId" value={personId} />
      <select
        key={role}
        name="role"
        aria-label={t.roleOf(name)}
        defaultValue={role}
        disabled={isPending}
        onChange={() => form.current?.requestSubmit()}
        className="h-9 rounded-md border border-edge bg-surface px-2 text-sm"
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </select>
      <p role="status" className={state.ok ? 'text-xs text-accent' : 'text-xs font-medium text-danger'}>
        {state.refused ? refusalInWords(state.refused, language) : state.ok && saved}
      </p>
    </form>
  );
}
