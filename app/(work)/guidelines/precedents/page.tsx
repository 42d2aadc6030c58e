/** What reviewers have answered, to be browsed and searched by everybody who works in the project. */
import Link from 'next/link';
import { searchPrecedents } from '@/lib/questions/precedents';
import { Button } from '../../../components/button';
import { EmptyState } from '../../../components/empty-state';
import { Input } from '../../../components/field';
import { NoProject } from '../../../components/no-project';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../../guard';
import { guidelinesWords } from '../../../words/guidelines';
import { questionWords } from '../../../words/questions';
import { numberOf, wordsOf } from '../../../words/server';
import { PrecedentList } from '../../precedent-list';

export const generateMetadata = async () => ({ title: (await wordsOf(questionWords)).precedents });

const most = 50;

type Query = ProjectQuery & Promise<{ search?: string | string[] }>;

export default async function PrecedentsPage({ searchParams }: { searchParams: Query }) {
  const actor = await pageActor('task.work', '/guidelines/precedents');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const [t, guidelines, number] = [await wordsOf(questionWords), await wordsOf(guidelinesWords), await numberOf()];
  const search =
    single((await searchParams).search)
      ?.trim()
      .slice(0, 200) ?? '';
  const precedents = await found(searchPrecedents(actor, { projectId: project.id, search, limit: most }));
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      <p className="text-sm text-muted">
        {project.name} ·{' '}
        <Link href={`/guidelines?project=${project.slug}`} className="underline decoration-line underline-offset-4 hover:text-ink">
          {guidelines.title}
        </Link>
      </p>
      <h1 className="mt-1 text-xl font-semibold">{t.precedents}</h1>
      <p className="mt-1.5 max-w-[65ch] text-muted">{t.precedentsAbout}</p>
      {(precedents.length > 0 || search) && (
        <form role="search" className="mt-6 mb-6 flex items-end gap-2">
          <input type="hidden" name="project" value={project.slug} />
          <Input label={t.search} name="search" type="search" defaultValue={search} className="min-w-0 max-w-sm flex-1" maxLength={200} />
          <Button type="submit">{t.find}</Button>
        </form>
      )}
      {precedents.length > 0 ? (
        <>
          {precedents.length >= most && <p className="mb-3 text-sm text-muted">{t.onlyFirst(number(most))}</p>}
          <PrecedentList precedents={precedents} />
        </>
      ) : (
        <EmptyState title={search ? t.noneFound(search) : t.noPrecedents}>{!search && t.noPrecedentsWhy}</EmptyState>
      )}
    </main>
  );
}
