'use client';
/** Makes an invitation link and shows it, once. */
import { useActionState } from 'react';
import { roles } from '@/db/enums';
import { untouchedForm } from '@/lib/auth/form-state';
import { FormMessage, Submit } from '../../components/action-form';
import { CopyField } from '../../components/copy-field';
import { Input, Select } from '../../components/field';
import { FormStateProvider } from '../../components/form-state';
import { Moment } from '../../components/moment';
import { useWords } from '../../words/language';
import { peopleWords } from '../../words/people';
import { shellWords } from '../../words/shell';
import { inviteAction } from './actions';

export function InviteForm() {
  const t = useWords(peopleWords);
  const names = useWords(shellWords).roles;
  const [state, submit] = useActionState(inviteAction, untouchedForm);
  const link = state.ok ? (state.data as { url: string; expiresAt: Date }) : null;
  return (
    <FormStateProvider value={state}>
      <form action={submit} className="flex flex-wrap items-start gap-4">
        <Input label={t.emailOptional} name="email" type="email" autoComplete="off" help={t.emailHelp} className="min-w-64 flex-1" />
        <Select
          label={t.role}
          name="role"
          defaultValue="annotator"
          options={roles.toReversed().map((role) => [role, names[role]])}
          className="w-40"
        />
        <Input label={t.validDays} name="validDays" type="number" min={1} max={90} defaultValue={7} className="w-32" />
        <Submit className="sm:mt-[1.7rem]">{t.makeLink}</Submit>
      </form>
      <FormMessage className="mt-3" />
      {link && (
        <div className="mt-5 rounded-md bg-accent-wash p-4">
          <p className="mb-3 text-sm">
            {t.sendLink} <Moment at={new Date(link.expiresAt)} />.
          </p>
          <CopyField label={t.link} value={link.url} />
        </div>
      )}
    </FormStateProvider>
  );
}
