/** One's own answers: how many, and the history with search. Calm: no streaks, nobody else's numbers. */
import Link from 'next/link';
import { myQuestions } from '@/lib/questions/mine';
import { countMyWork, listMyWork } from '@/lib/tasks/my-work';
import { Button, ButtonLink } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { Input } from '../../components/field';
import { NoProject } from '../../components/no-project';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../guard';
import { annotatorsWords } from '../../words/annotators';
import { myWorkWords } from '../../words/my-work';
import { questionWords } from '../../words/questions';
import { numberOf, wordsOf } from '../../words/server';
import { AnswerList } from './answer-list';

export const generateMetadata = async () => ({ title: (await wordsOf(myWorkWords)).title });

type Query = ProjectQuery & Promise<{ search?: string | string[] }>;

export default async function MyWorkPage({ searchParams }: { searchParams: Query }) {
  const actor = await pageActor('task.work', '/my-work');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const [t, figures, questions] = [await wordsOf(myWorkWords), await wordsOf(annotatorsWords), await wordsOf(questionWords)];
  const number = await numberOf();
  const query = await searchParams;
  const cursor = single(query.cursor);
  const search = single(query.search)?.trim() || undefined;
  const [page, counts, news] = await Promise.all([
    found(listMyWork(actor, { projectId: project.id, cursor, search })),
    countMyWork(actor, { projectId: project.id }),
    myQuestions(actor, { projectId: project.id, show: 'unseen' }).then(({ items }) => items.length),
  ]);
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      <p className="text-sm text-muted">{project.name}</p>
      <h1 className="mt-1 text-xl font-semibold">{t.title}</h1>
      <p className="mt-1.5 max-w-[65ch] text-muted">{t.about}</p>
      {counts.length > 0 && (
        <div className="mt-6 flex flex-col gap-3">
          <Table label={t.progress} head={[t.kind, t.today, t.week, t.all]}>
            {counts.map(({ kind, today, week, all }) => (
              <tr key={kind}>
                <Cell className="font-medium">{t.counted[kind]}</Cell>
                <Cell isNumber>{number(today)}</Cell>
                <Cell isNumber>{number(week)}</Cell>
                <Cell isNumber>{number(all)}</Cell>
              </tr>
            ))}
          </Table>
        </div>
      )}
      <nav aria-label={t.title} className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {counts.length > 0 && (
          <Link href={`/my-work/figures?project=${project.slug}`} className="underline decoration-line underline-offset-4">
            {figures.mine}
          </Link>
        )}
        <Link href={`/my-work/questions?project=${project.slug}`} className="underline decoration-line underline-offset-4">
          {questions.mine}
          {news > 0 && <span className="ml-1.5 font-medium text-accent-strong">{questions.news(news)}</span>}
        </Link>
      </nav>
      {(counts.length > 0 || search) && (
        <form role="search" className="mt-8 flex items-end gap-2">
          <input type="hidden" name="project" value={project.slug} />
          <Input
            label={t.search}
            name="search"
            type="search"
            defaultValue={search}
            placeholder={t.searchHelp}
            className="min-w-0 max-w-sm flex-1"
            maxLength={200}
          />
          <Button type="submit">{t.find}</Button>
        </form>
      )}
      {page.items.length > 0 ? (
        <AnswerList answers={page.items} />
      ) : search ? (
        <EmptyState title={t.noneFound(search)} />
      ) : (
        <EmptyState title={t.none} action={<ButtonLink href={`/?project=${project.slug}`}>{t.start}</ButtonLink>} />
      )}
      <Pages
        path={`/my-work?project=${project.slug}${search ? `&search=${encodeURIComponent(search)}` : ''}`}
        cursor={cursor}
        nextCursor={page.nextCursor}
      />
    </main>
  );
}
