/** One of one's own answers, as it was shown when it was given, with its versions; while there is time it can be changed here. */
import clsx from 'clsx';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { projectSummary } from '@/lib/projects/list-projects';
import { myAnswerSchema, readMyAnswer } from '@/lib/tasks/my-answer';
import { Moment } from '../../../../components/moment';
import { found, pageActor } from '../../../../guard';
import { myWorkWords } from '../../../../words/my-work';
import { wordsOf } from '../../../../words/server';
import { Amend } from '../../amend';
import { ShownConversation, ShownTask } from '../../shown';
import { Versions } from '../../versions';

export const generateMetadata = async () => ({ title: (await wordsOf(myWorkWords)).title });

export default async function MyAnswerPage({ params }: { params: Promise<{ kind: string; id: string }> }) {
  const asked = await params;
  const actor = await pageActor('task.work', `/my-work/${asked.kind}/${asked.id}`);
  const key = myAnswerSchema.safeParse(asked);
  if (!key.success) notFound();
  const answer = await found(readMyAnswer(actor, key.data));
  const project = await projectSummary(actor, { id: answer.projectId });
  const t = await wordsOf(myWorkWords);
  /** Two texts side by side need more width. */
  const isPair = answer.kind === 'preference';
  return (
    <main id="main" tabIndex={-1} className={clsx(isPair ? 'max-w-6xl' : 'max-w-4xl', 'mx-auto w-full px-4 pt-8 pb-20 sm:px-6 sm:pt-10')}>
      <p className="text-sm text-muted">
        {project.name} ·{' '}
        <Link href={`/my-work?project=${project.slug}`} className="underline decoration-line underline-offset-4 hover:text-ink">
          {t.back}
        </Link>
      </p>
      <h1 className="mt-1 mb-6 text-xl font-semibold">{t.kinds[answer.kind]}</h1>
      {answer.kind === 'conversation' ? (
        <ShownConversation conversation={answer} />
      ) : (
        <>
          <ShownTask answer={answer} />
          <Versions answer={answer} />
          {answer.amendable.isOpen && answer.amendable.until ? (
            <section aria-labelledby="change" className="mt-10 rounded-lg border border-line bg-surface p-5 sm:p-6">
              <h2 id="change" className="font-semibold">
                {t.change}
              </h2>
              <p className="mt-1 mb-5 text-sm text-muted">
                {t.until} <Moment at={answer.amendable.until} />.
              </p>
              <Amend answer={answer} labelling={project.labelling} />
            </section>
          ) : (
            <p className="mt-8 text-sm text-muted">{answer.amendable.minutes === 0 ? t.off : t.closed(answer.amendable.minutes)}</p>
          )}
        </>
      )}
    </main>
  );
}
