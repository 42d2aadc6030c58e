'use client';
/** On a prompt's page: says which of two responses is expected to be found better. */
import { useActionState } from 'react';
import { untouchedForm } from '@/lib/auth/form-state';
import { FormMessage, Submit } from '../../components/action-form';
import { Select, Textarea } from '../../components/field';
import { FormStateProvider } from '../../components/form-state';
import { useWords } from '../../words/language';
import { qualityWords } from '../../words/quality';
import { addKnownAnswerAction } from './actions';

/** `responses`: at least two, as value and label. */
export function KnownAnswerForm({ responses }: { responses: [id: string, label: string][] }) {
  const t = useWords(qualityWords);
  const [state, submit] = useActionState(addKnownAnswerAction, untouchedForm);
  return (
    <FormStateProvider value={state}>
      <form action={submit} className="flex flex-col gap-4">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-5">
          <Select label={t.responseA} name="responseAId" defaultValue={responses[0]![0]} options={responses} />
          <Select label={t.responseB} name="responseBId" defaultValue={responses[1]![0]} options={responses} />
          <Select
            label={t.expected}
            name="expected"
            defaultValue="a"
            options={[
              ['a', t.isBetter('A')],
              ['b', t.isBetter('B')],
              ['tie', t.bothAlike],
            ]}
          />
          <Select
            label={t.purpose}
            name="purpose"
            defaultValue="quiz"
            options={[
              ['quiz', t.purposes.quiz],
              ['gold', t.purposes.gold],
            ]}
          />
          <Select
            label={t.tell}
            name="isExplained"
            defaultValue="yes"
            options={[
              ['yes', t.told],
              ['no', t.untold],
            ]}
          />
        </div>
        <Textarea label={t.explanation} name="explanation" rows={2} maxLength={5000} help={t.explanationHelp} />
        <div className="flex items-center gap-4">
          <Submit>{t.addIt}</Submit>
          <FormMessage />
          {state.ok && (
            <p role="status" className="text-sm text-accent">
              {t.added}
            </p>
          )}
        </div>
      </form>
    </FormStateProvider>
  );
}
