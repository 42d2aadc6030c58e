/** The guidelines in full, and every version that they have had. */
import Link from 'next/link';
import { listGuidelineVersions, markGuidelinesRead, readGuidelines } from '@/lib/projects/guidelines';
import { EmptyState } from '../../components/empty-state';
import { GuidelinesText } from '../../components/guidelines-text';
import { Moment } from '../../components/moment';
import { NoProject } from '../../components/no-project';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../guard';
import { guidelinesWords } from '../../words/guidelines';
import { questionWords } from '../../words/questions';
import { wordsOf } from '../../words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(guidelinesWords)).title });

type Query = ProjectQuery & Promise<{ version?: string | string[] }>;

export default async function GuidelinesPage({ searchParams }: { searchParams: Query }) {
  const actor = await pageActor('task.work', '/guidelines');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const [t, { precedents }] = [await wordsOf(guidelinesWords), await wordsOf(questionWords)];
  const asked = Number(single((await searchParams).version)) || undefined;
  const [guidelines, versions] = await Promise.all([
    found(readGuidelines(actor, { projectId: project.id, version: asked })),
    listGuidelineVersions(actor, { projectId: project.id }),
  ]);
  const newest = versions[0]?.version ?? 0;
  if (guidelines.version > guidelines.readVersion) await markGuidelinesRead(actor, { projectId: project.id, version: guidelines.version });

  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 pt-8 pb-20 sm:px-6 sm:pt-10">
      <p className="text-sm text-muted">{project.name}</p>
      <div className="mt-1 flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <h1 className="text-xl font-semibold">{t.title}</h1>
        <Link href={`/guidelines/precedents?project=${project.slug}`} className="text-sm underline decoration-line underline-offset-4">
          {precedents}
        </Link>
      </div>
      {newest === 0 ? (
        <EmptyState title={t.none}>{t.noneWhy}</EmptyState>
      ) : (
        <div className="mt-6 grid gap-10 md:grid-cols-[1fr_14rem]">
          <div>
            {guidelines.version < newest && (
              <p className="mb-5 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
                {t.older(newest)}{' '}
                <Link href={`?project=${project.slug}`} className="font-medium underline underline-offset-4">
                  {t.toNewest}
                </Link>
              </p>
            )}
            <GuidelinesText text={guidelines.text} />
          </div>
          <nav aria-label={t.versions}>
            <h2 className="mb-2 text-sm font-semibold text-muted">{t.versions}</h2>
            <ul className="flex flex-col gap-1 text-sm">
              {versions.map(({ version, createdAt, author }) => (
                <li key={version}>
                  <Link
                    href={`?project=${project.slug}&version=${version}`}
                    aria-current={version === guidelines.version ? 'page' : undefined}
                    className="block rounded-md px-2.5 py-1.5 hover:bg-sunken aria-[current=page]:bg-sunken"
                  >
                    <span className="font-medium">
                      {t.version(version)}
                      {version === newest && <span className="font-normal text-muted"> · {t.newest}</span>}
                    </span>
                    <span className="block text-muted">
                      <Moment at={createdAt} /> {author && t.by(author)}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      )}
    </main>
  );
}
