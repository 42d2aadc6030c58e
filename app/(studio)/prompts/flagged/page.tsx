import { spoken } from '@/lib/people/names';
import { listFlaggedTasks } from '@/lib/tasks/list-flagged-tasks';
import { ButtonLink } from '../../../components/button';
import { EmptyState } from '../../../components/empty-state';
import { Moment } from '../../../components/moment';
import { NoProject } from '../../../components/no-project';
import { StudioPage } from '../../../components/studio-page';
import { Pages } from '../../../components/pages';
import { Cell, Table } from '../../../components/table';
import { nameWords } from '../../../words/names';
import { promptWords } from '../../../words/prompts';
import { reportWords } from '../../../words/reports';
import { wordsOf } from '../../../words/server';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../../guard';
import { PromptLink } from '../../prompt-link';

export const generateMetadata = async () => ({ title: (await wordsOf(promptWords)).flagged });

export default async function FlaggedPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('data.view', '/prompts/flagged');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const t = await wordsOf(promptWords);
  const names = await wordsOf(nameWords);
  const { annotator } = await wordsOf(reportWords);
  const cursor = single((await searchParams).cursor);
  const page = await found(listFlaggedTasks(actor, { projectId: project.id, cursor }));
  return (
    <StudioPage
      title={t.flagged}
      about={t.flaggedAbout}
      action={<ButtonLink href={`/prompts?project=${project.slug}`}>{t.allPrompts}</ButtonLink>}
    >
      {page.items.length === 0 ? (
        <EmptyState title={t.noneFlagged}>{t.noneFlaggedWhy}</EmptyState>
      ) : (
        <Table isStacked label={t.flaggedTasks} head={[t.prompt, t.task, t.whatIsWrong]}>
          {page.items.map((task) => (
            <tr key={task.id}>
              <Cell className="max-w-[50ch] min-w-56">
                <PromptLink id={task.promptId} text={task.promptText} />
              </Cell>
              <Cell label={t.task}>{names.kinds[task.kind]}</Cell>
              <Cell className="min-w-56">
                <ul className="flex flex-col gap-1">
                  {task.flags.map((flag) => (
                    <li key={flag.person.id + flag.at.toISOString()}>
                      {flag.reason}{' '}
                      <span className="text-muted">
                        – {spoken(flag.person, annotator)}, <Moment at={flag.at} />
                      </span>
                    </li>
                  ))}
                </ul>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <Pages path={`/prompts/flagged?project=${project.slug}`} cursor={cursor} nextCursor={page.nextCursor} />
    </StudioPage>
  );
}
