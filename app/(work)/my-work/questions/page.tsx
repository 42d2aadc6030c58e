/** One's own questions and what was answered. What is shown here counts as read. */
import Link from 'next/link';
import { markAnswerSeen, myQuestions } from '@/lib/questions/mine';
import { Badge } from '../../../components/badge';
import { EmptyState } from '../../../components/empty-state';
import { Kbd } from '../../../components/kbd';
import { Moment } from '../../../components/moment';
import { NoProject } from '../../../components/no-project';
import { Pages } from '../../../components/pages';
import { Prose } from '../../../components/prose';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../../guard';
import { myWorkWords } from '../../../words/my-work';
import { questionWords } from '../../../words/questions';
import { wordsOf } from '../../../words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(questionWords)).mine });

export default async function MyQuestionsPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('task.work', '/my-work/questions');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const [t, { title: myWork }] = [await wordsOf(questionWords), await wordsOf(myWorkWords)];
  const cursor = single((await searchParams).cursor);
  const { items, nextCursor } = await found(myQuestions(actor, { projectId: project.id, cursor }));
  const news = items.filter(({ isSeen }) => !isSeen);
  await Promise.all(news.map(({ id, revision }) => markAnswerSeen(actor, { questionId: id, revision })));
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      <p className="text-sm text-muted">
        {project.name} ·{' '}
        <Link href={`/my-work?project=${project.slug}`} className="underline decoration-line underline-offset-4 hover:text-ink">
          {myWork}
        </Link>
      </p>
      <h1 className="mt-1 text-xl font-semibold">{t.mine}</h1>
      <p className="mt-1.5 max-w-[65ch] text-muted">{t.mineAbout}</p>
      {items.length === 0 ? (
        <EmptyState title={t.none}>
          {t.noneWhyBefore} <Kbd>i</Kbd> {t.noneWhyAfter}
        </EmptyState>
      ) : (
        <ul className="mt-6 divide-y divide-line border-y border-line">
          {items.map(({ id, text, answer, kind, createdAt, prompt, turns, isSeen }) => (
            <li key={id} className="py-5">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
                <span>{t.kinds[kind]}</span>
                <Moment at={createdAt} />
                {answer === null && <Badge>{t.waits}</Badge>}
                {!isSeen && <Badge tone="accent">{t.isNew}</Badge>}
              </p>
              <p dir="auto" className="mt-1 line-clamp-2 text-sm wrap-anywhere text-muted">
                {prompt ?? turns[0]?.text}
              </p>
              <Prose text={text} className="mt-2" />
              {answer !== null && (
                <div className="mt-3 border-l-2 border-accent pl-3">
                  <p className="sr-only">{t.answer}</p>
                  <Prose text={answer} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      <Pages path={`/my-work/questions?project=${project.slug}`} cursor={cursor} nextCursor={nextCursor} />
    </main>
  );
}
