'use client';
/** What a reviewer answers, and whether everybody may find it. */
import { longestAnswer, longestTitle } from '@/lib/questions/question';
import { ActionForm, FormMessage, Submit } from '../../components/action-form';
import { Input, Select, Textarea } from '../../components/field';
import { useWords } from '../../words/language';
import { questionWords } from '../../words/questions';
import { answerQuestionAction } from './actions';

type Props = { id: string; revision: number; answer: string | null; title: string; isPrecedent: boolean };

export function AnswerForm({ id, revision, answer, title, isPrecedent }: Props) {
  const t = useWords(questionWords);
  return (
    <ActionForm action={answerQuestionAction} hidden={{ questionId: id, revision: String(revision) }} className="flex flex-col gap-4">
      <Textarea label={t.yourAnswer} name="answer" rows={3} required maxLength={longestAnswer} dir="auto" defaultValue={answer ?? ''} />
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Select
          label={t.makePrecedent}
          name="isPrecedent"
          defaultValue={isPrecedent ? 'yes' : 'no'}
          options={[
            ['yes', t.yes],
            ['no', t.no],
          ]}
        />
        <Input label={t.titleField} name="title" maxLength={longestTitle} dir="auto" autoComplete="off" defaultValue={title} />
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <Submit>{answer === null ? t.submit : t.save}</Submit>
        <FormMessage saysSaved={answer !== null} />
      </div>
    </ActionForm>
  );
}
