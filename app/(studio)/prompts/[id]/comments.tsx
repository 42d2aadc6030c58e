/** What reviewers note about a prompt, and a field for one more. */
import type { Actor } from '@/lib/auth/actor';
import { listComments } from '@/lib/comments/comments';
import { spoken } from '@/lib/people/names';
import { ActionForm, FormMessage, Submit } from '../../../components/action-form';
import { Confirm } from '../../../components/confirm';
import { Textarea } from '../../../components/field';
import { Moment } from '../../../components/moment';
import { commentWords } from '../../../words/comments';
import { reportWords } from '../../../words/reports';
import { wordsOf } from '../../../words/server';
import { addCommentAction, removeCommentAction } from './actions';

export async function Comments({ actor, projectId, promptId }: { actor: Actor; projectId: string; promptId: string }) {
  const [t, { annotator }] = [await wordsOf(commentWords), await wordsOf(reportWords)];
  const comments = await listComments(actor, { projectId, promptIds: [promptId] });
  return (
    <section aria-label={t.title} className="mt-10 max-w-3xl">
      <h2 className="font-semibold">{t.title}</h2>
      <p className="mt-1 mb-3 text-sm text-muted">{t.about}</p>
      {comments.length > 0 && (
        <ul className="mb-4 divide-y divide-line border-y border-line">
          {comments.map(({ id, text, person, createdAt, isMine }) => (
            <li key={id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3">
              <div className="min-w-0">
                <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                  {text}
                </p>
                <p className="text-sm text-muted">
                  {spoken(person, annotator)}, <Moment at={createdAt} />
                </p>
              </div>
              {isMine && (
                <Confirm
                  label={t.remove}
                  title={t.removeTitle}
                  about={t.removeAbout}
                  action={removeCommentAction}
                  hidden={{ commentId: id }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <ActionForm action={addCommentAction} hidden={{ promptId }} className="flex flex-col gap-3">
        <Textarea label={t.yours} name="text" rows={2} required maxLength={2000} dir="auto" />
        <div className="flex items-center gap-4">
          <Submit variant="secondary">{t.add}</Submit>
          <FormMessage />
        </div>
      </ActionForm>
    </section>
  );
}
