import { can } from '@/lib/auth/permissions';
import { exportKinds } from '@/lib/dataset/export';
import { importKinds, type ImportKind } from '@/lib/dataset/row';
import { getProject } from '@/lib/projects/get-project';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { dataWords } from '../../words/data';
import { numberOf, wordsOf } from '../../words/server';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { redTeamResultsWords } from '../../words/red-team-results';
import { ImportForm } from './import-form';

export const generateMetadata = async () => ({ title: (await wordsOf(dataWords)).title });

const formats: Record<ImportKind, string[]> = {
  prompts: ['{"prompt": "…"}', '["…", "…"]'],
  demonstrations: ['{"prompt": "…", "completion": "…"}', '{"messages": [{"role": "user", "content": "…"}, …]}'],
  comparisons: [
    '{"prompt": "…", "chosen": "…", "rejected": "…", "margin": 2}',
    '{"prompt": "…", "chosen": "…", "rejected": "…", "chosen_model": "…", "rejected_model": "…"}',
    '{"chosen": "Human: … Assistant: …", "rejected": "Human: … Assistant: …"}',
  ],
};

const inline = 'underline decoration-line underline-offset-4 hover:decoration-current';

export default async function DataPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('data.view', '/data');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const { slug, counts } = await getProject(actor, chosen.slug);
  const t = await wordsOf(dataWords);
  const number = await numberOf();
  const red = await wordsOf(redTeamResultsWords);
  return (
    <StudioPage
      title={t.title}
      about={t.about(number(counts.prompts), number(counts.heldOutPrompts), number(counts.demonstrations), number(counts.comparisons))}
    >
      {can(actor, 'project.manage') && (
        <Card>
          <h2 className="mb-5 font-semibold">{t.import}</h2>
          <ImportForm key={slug} slug={slug} kinds={importKinds} />
          <details className="mt-6 border-t border-line pt-4">
            <summary className="text-sm font-medium text-muted hover:text-ink">{t.lines}</summary>
            <dl className="mt-4 flex flex-col gap-4 text-sm">
              {importKinds.map((kind) => (
                <div key={kind}>
                  <dt className="mb-1 font-medium" lang="en">
                    {kind}
                  </dt>
                  {formats[kind].map((format) => (
                    <dd key={format} className="font-mono text-xs leading-6 wrap-anywhere text-muted">
                      {format}
                    </dd>
                  ))}
                </div>
              ))}
            </dl>
          </details>
        </Card>
      )}
      <Card className="mt-6">
        <h2 className="mb-1 font-semibold">{red.results}</h2>
        <p className="text-sm text-muted">{red.resultsAbout}</p>
        <ButtonLink href={`/data/red-team?project=${slug}`} size="sm" className="mt-3">
          {red.show}
        </ButtonLink>
      </Card>
      {can(actor, 'data.export') && (
        <Card className="mt-6">
          <h2 className="mb-2 font-semibold">{t.export}</h2>
          <ul className="divide-y divide-line">
            {exportKinds.map((kind) => (
              <li key={kind} className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 py-3">
                <span>
                  <span className="font-medium" lang="en">
                    {kind}
                  </span>{' '}
                  <span className="block text-sm text-muted">{t.exported[kind]}</span>
                </span>
                <span className="flex flex-col gap-1 text-sm sm:items-end">
                  <a href={`/api/v1/projects/${slug}/export/${kind}`} download className={`font-mono ${inline}`}>
                    {`${slug}-${kind}.jsonl`}
                  </a>
                  {kind === 'comparisons' && (
                    <a href={`/api/v1/projects/${slug}/export/${kind}?verdicts=preferred`} download className={inline}>
                      {t.preferVerdicts}
                    </a>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </StudioPage>
  );
}
