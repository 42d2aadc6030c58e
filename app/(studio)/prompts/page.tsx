import { listPrompts } from '@/lib/prompts/list-prompts';
import { Badge } from '../../components/badge';
import { Button, ButtonLink } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { Input } from '../../components/field';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { promptWords } from '../../words/prompts';
import { wordsOf } from '../../words/server';
import { chosenProject, found, pageActor, single, type ProjectQuery } from '../../guard';
import { PromptLink } from '../prompt-link';

export const generateMetadata = async () => ({ title: (await wordsOf(promptWords)).prompts });

export default async function PromptsPage({ searchParams }: { searchParams: ProjectQuery & Promise<{ search?: string | string[] }> }) {
  const actor = await pageActor('lineage.view', '/prompts');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const t = await wordsOf(promptWords);
  const query = await searchParams;
  const cursor = single(query.cursor);
  const search = single(query.search)?.trim() || undefined;
  const page = await found(listPrompts(actor, { projectId: project.id, cursor, search }));
  return (
    <StudioPage
      title={t.prompts}
      about={t.about}
      action={
        <form role="search" className="flex items-end gap-2 max-sm:w-full">
          <input type="hidden" name="project" value={project.slug} />
          <Input label={t.search} name="search" type="search" defaultValue={search} className="min-w-0 flex-1 sm:w-56 sm:flex-none" />
          <Button type="submit">{t.find}</Button>
          <ButtonLink href={`/prompts/flagged?project=${project.slug}`}>{t.flagged}</ButtonLink>
        </form>
      }
    >
      {page.items.length === 0 && search ? (
        <EmptyState title={t.noneFound(search)} />
      ) : page.items.length === 0 ? (
        <EmptyState title={t.none} action={<ButtonLink href={`/data?project=${project.slug}`}>{t.importPrompts}</ButtonLink>}>
          {t.noneWhy}
        </EmptyState>
      ) : (
        <Table label={t.prompts} head={[t.prompt, t.responses, t.comparisons, t.source]}>
          {page.items.map((prompt) => (
            <tr key={prompt.id}>
              <Cell className="min-w-56 max-w-[60ch]">
                <PromptLink id={prompt.id} text={prompt.text} />
              </Cell>
              <Cell isNumber>{prompt.responses}</Cell>
              <Cell isNumber>{prompt.comparisons}</Cell>
              <Cell className="whitespace-nowrap text-muted">
                {prompt.source || '–'} {prompt.split === 'held_out' && <Badge>{t.heldOut}</Badge>}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <Pages
        path={`/prompts?project=${project.slug}${search ? `&search=${encodeURIComponent(search)}` : ''}`}
        cursor={cursor}
        nextCursor={page.nextCursor}
      />
    </StudioPage>
  );
}
