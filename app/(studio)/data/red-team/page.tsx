/** What red-teaming has found: how often, of what sort and how grave, and every conversation. */
import Link from 'next/link';
import { spoken } from '@/lib/people/names';
import { getProject } from '@/lib/projects/get-project';
import type { ConversationListItem } from '@/lib/red-team/conversation';
import { conversationQuery, listConversations, outcomeCounts } from '@/lib/red-team/list-conversations';
import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { Badge } from '../../../components/badge';
import { Button, ButtonLink } from '../../../components/button';
import { EmptyState } from '../../../components/empty-state';
import { Select } from '../../../components/field';
import { Moment } from '../../../components/moment';
import { NoProject } from '../../../components/no-project';
import { Pages } from '../../../components/pages';
import { StudioPage } from '../../../components/studio-page';
import { Cell, Table } from '../../../components/table';
import { chosenProject, found, pageActor, single } from '../../../guard';
import { checkpointName, nameWords } from '../../../words/names';
import { redTeamWords, severityWords } from '../../../words/red-team';
import { redTeamResultsWords } from '../../../words/red-team-results';
import { reportWords } from '../../../words/reports';
import { numberOf, wordsOf } from '../../../words/server';
import { outcomeMatrix, severities } from './outcome-matrix';

export const generateMetadata = async () => ({ title: (await wordsOf(redTeamResultsWords)).title });

type Query = Promise<Record<string, string | string[] | undefined>>;
const link = 'underline decoration-line underline-offset-4 hover:decoration-current';
const filterSchema = conversationQuery.omit({ limit: true }).partial();

export default async function RedTeamResultsPage({ searchParams }: { searchParams: Query }) {
  const actor = await pageActor('data.view', '/data/red-team');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const query = await searchParams;
  // What no form of ours sends is as good as not chosen.
  const asked = ['outcome', 'category', 'severity', 'checkpointId', 'cursor'].map((name) => [name, single(query[name]) || undefined]);
  const parsed = filterSchema.safeParse(Object.fromEntries(asked));
  const { cursor, ...filter } = parsed.success ? parsed.data : {};
  const projectId = chosen.id;
  const [project, counts, page, models] = await Promise.all([
    getProject(actor, chosen.slug),
    outcomeCounts(actor, { projectId, checkpointId: filter.checkpointId }),
    found(listConversations(actor, { projectId, cursor, ...filter })),
    listCheckpoints(actor, { projectId, limit: 200 }),
  ]);
  const t = await wordsOf(redTeamResultsWords);
  const talk = await wordsOf(redTeamWords);
  const names = await wordsOf(nameWords);
  const { annotator } = await wordsOf(reportWords);
  const number = await numberOf();
  const { rows, failed, held } = outcomeMatrix(counts, project.settings.safetyCategories);
  const grades = severityWords(talk);
  const address = (more: object) =>
    `/data/red-team?${new URLSearchParams(Object.entries({ project: chosen.slug, ...filter, ...more }).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])))}`;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const writers = models.items.filter(({ kind }) => kind !== 'reward' && kind !== 'resume');

  return (
    <StudioPage
      title={t.title}
      about={t.about}
      action={chosen.labelling.redTeamModels > 0 && <ButtonLink href={`/red-team?project=${chosen.slug}`}>{t.talk}</ButtonLink>}
    >
      {failed + held === 0 && !isFiltered ? (
        <EmptyState title={t.none}>{t.noneWhy}</EmptyState>
      ) : (
        <>
          <h2 className="mb-3 font-semibold">{t.overview}</h2>
          <Table label={t.overview} head={[t.category, ...severities.map((severity) => `${severity} ${grades[severity - 1]}`), t.all]}>
            {rows.map(({ category, bySeverity, total }) => (
              <tr key={category ?? ''}>
                <th scope="row" className="px-3 py-2.5 font-medium whitespace-nowrap sm:px-4">
                  {category ?? t.noCategory}
                </th>
                {[...bySeverity, total].map((count, index) => (
                  <Cell key={index} isNumber className="py-2.5">
                    {count === 0 ? (
                      <span className="text-muted">0</span>
                    ) : (
                      <Link
                        className={link}
                        href={address({
                          outcome: 'failed',
                          category: category ?? undefined,
                          severity: severities[index],
                          cursor: undefined,
                        })}
                      >
                        {number(count)}
                      </Link>
                    )}
                  </Cell>
                ))}
              </tr>
            ))}
          </Table>
          <p className="mt-3 text-sm text-muted">{t.heldOf(number(held), number(failed + held))}</p>

          <h2 className="mt-10 mb-3 font-semibold">{t.conversations}</h2>
          <form className="mb-5 grid items-end gap-3 sm:grid-cols-[repeat(4,minmax(0,1fr))_auto]">
            <input type="hidden" name="project" value={chosen.slug} />
            <Select
              label={t.outcome}
              name="outcome"
              defaultValue={filter.outcome}
              options={[
                ['', t.anyOutcome],
                ...(['failed', 'held', 'open'] as const).map((one): [string, string] => [one, t.outcomes[one]]),
              ]}
            />
            <Select
              label={t.category}
              name="category"
              defaultValue={filter.category}
              options={[
                ['', t.any],
                ...rows.flatMap(({ category }): [string, string][] => (category === null ? [] : [[category, category]])),
              ]}
            />
            <Select
              label={t.severity}
              name="severity"
              defaultValue={filter.severity}
              options={[['', t.any], ...severities.map((one): [string, string] => [String(one), `${one} ${grades[one - 1]}`])]}
            />
            <Select
              label={t.model}
              name="checkpointId"
              defaultValue={filter.checkpointId}
              options={[['', t.any], ...writers.map((one): [string, string] => [one.id, checkpointName(one, names)])]}
            />
            <Button type="submit">{t.show}</Button>
          </form>
          {page.items.length === 0 ? (
            <EmptyState title={t.noneSuch} action={<ButtonLink href={`/data/red-team?project=${chosen.slug}`}>{t.showAll}</ButtonLink>}>
              {t.noneSuchWhy}
            </EmptyState>
          ) : (
            <Table isStacked label={t.conversations} head={[t.conversation, t.outcome, t.model, t.answers, t.by, t.when]}>
              {page.items.map((item) => (
                <tr key={item.id}>
                  <Cell className="max-w-[50ch] min-w-56">
                    <Link href={`/data/red-team/${item.id}`} className={`line-clamp-2 ${link}`} dir="auto">
                      {item.opening.trim() || '–'}
                    </Link>
                  </Cell>
                  <Cell label={t.outcome} className="whitespace-nowrap">
                    <Verdict item={item} words={t.outcomes} grades={grades} failedAs={t.failedAs} noCategory={t.noCategory} />
                  </Cell>
                  <Cell label={t.model} className="whitespace-nowrap">
                    <Link href={`/models?project=${chosen.slug}#${item.checkpoint.id}`} className={link}>
                      {checkpointName(item.checkpoint, names)}
                    </Link>
                  </Cell>
                  <Cell isNumber label={t.answers}>
                    {number(item.answers)}
                  </Cell>
                  <Cell label={t.by} className="whitespace-nowrap">
                    {spoken(item.annotator, annotator)}
                  </Cell>
                  <Cell label={t.when}>
                    <Moment at={item.finishedAt ?? item.createdAt} />
                  </Cell>
                </tr>
              ))}
            </Table>
          )}
          <Pages path={address({ cursor: undefined })} cursor={cursor} nextCursor={page.nextCursor} />
        </>
      )}
    </StudioPage>
  );
}

type VerdictProps = {
  item: ConversationListItem;
  words: Record<ConversationListItem['outcome'], string>;
  grades: string[];
  failedAs: (category: string, severity: string) => string;
  noCategory: string;
};

function Verdict({ item: { outcome, category, severity }, words, grades, failedAs, noCategory }: VerdictProps) {
  return (
    <>
      <Badge tone={outcome === 'failed' ? 'danger' : 'neutral'}>{words[outcome]}</Badge>
      {severity !== null && <span className="ml-2">{failedAs(category ?? noCategory, `${severity} ${grades[severity - 1]}`)}</span>}
    </>
  );
}
