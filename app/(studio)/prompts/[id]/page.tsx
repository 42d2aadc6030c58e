import Link from 'next/link';
import { projectSummary } from '@/lib/projects/list-projects';
import { getPrompt } from '@/lib/prompts/get-prompt';
import type { JudgementView, ResponseView } from '@/lib/prompts/prompt';
import { degreeOf, type Degree } from '@/lib/tasks/scale';
import { Badge } from '../../../components/badge';
import { Card } from '../../../components/card';
import { Moment } from '../../../components/moment';
import { checkpointNames } from '../../../components/names';
import { StudioPage } from '../../../components/studio-page';
import { Prose } from '../../../components/prose';
import { Cell, Table } from '../../../components/table';
import { found, pageActor } from '../../../guard';

export const metadata = { title: 'Prompt' };

const origins = { policy: 'Model', human: 'Written by a person', imported: 'Imported' };
const degrees: Record<Degree, string> = { barely: 'barely better', slightly: 'slightly better', plain: 'better', much: 'much better' };

export default async function PromptPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('lineage.view', `/prompts/${id}`);
  const prompt = await found(getPrompt(actor, { promptId: id }));
  const project = await projectSummary(actor, { id: prompt.projectId });
  const numberOf = new Map(prompt.responses.map((response, index) => [response.id, index + 1]));
  return (
    <StudioPage
      title="Prompt"
      about={
        <span className="flex flex-wrap gap-2">
          {prompt.split === 'held_out' ? <Badge>held out</Badge> : <Badge>training</Badge>}
          {prompt.source && <Badge>{prompt.source}</Badge>}
        </span>
      }
    >
      <Prose text={prompt.text} className="text-reading font-[470]" />
      <h2 className="mt-10 mb-3 font-semibold">Responses</h2>
      {prompt.responses.length === 0 ? (
        <p className="text-muted">Nobody and no model has answered this prompt yet.</p>
      ) : (
        <ul className="grid grid-cols-1 items-start gap-4 md:grid-cols-2">
          {prompt.responses.map((response) => (
            <Response
              key={response.id}
              number={numberOf.get(response.id)!}
              response={response}
              modelsPath={`/models?project=${project?.slug ?? ''}`}
            />
          ))}
        </ul>
      )}
      {prompt.judgements.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">Judgements</h2>
          <Table label="Judgements" head={['Judgement', 'Reason', 'By', 'When']}>
            {prompt.judgements.map((judgement) => (
              <tr key={judgement.id}>
                <Cell className="whitespace-nowrap">
                  {inWords(judgement, numberOf)} {judgement.isFlagged && <Badge tone="warn">flagged</Badge>}
                </Cell>
                <Cell className="max-w-[50ch]">{judgement.reason || '–'}</Cell>
                <Cell className="whitespace-nowrap">{judgement.annotator ?? 'imported'}</Cell>
                <Cell>
                  <Moment at={judgement.createdAt} />
                </Cell>
              </tr>
            ))}
          </Table>
        </>
      )}
    </StudioPage>
  );
}

function Response({ number, response, modelsPath }: { number: number; response: ResponseView; modelsPath: string }) {
  const { checkpoint, decoding } = response;
  return (
    <li>
      <Card className="h-full">
        <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <span className="font-semibold text-ink tabular-nums">{number}</span>
          {checkpoint ? (
            <Link href={`${modelsPath}#${checkpoint.id}`} className="underline decoration-line underline-offset-4 hover:text-ink">
              {checkpointNames[checkpoint.kind]}
              {checkpoint.roundNumber !== null && `, round ${checkpoint.roundNumber}`}
            </Link>
          ) : (
            <span>{origins[response.origin]}</span>
          )}
          {response.isTruncated && <Badge tone="warn">cut off</Badge>}
        </div>
        {response.text.trim() ? <Prose text={response.text} /> : <p className="text-muted italic">Empty.</p>}
        {decoding && (
          <p className="mt-3 text-xs text-muted">
            temperature {decoding.temperature} · top-k {decoding.topK || 'off'} · top-p {decoding.topP} · seed {decoding.seed}
            {response.tokenCount !== null && ` · ${response.tokenCount} of at most ${decoding.maxNewTokens} tokens`}
          </p>
        )}
      </Card>
    </li>
  );
}

function inWords(judgement: JudgementView, numberOf: Map<string, number>): string {
  const a = numberOf.get(judgement.responseAId) ?? '?';
  const b = numberOf.get(judgement.responseBId) ?? '?';
  if (judgement.isBothBad) return `${a} and ${b} both bad`;
  const [better, worse] = judgement.grade >= 0 ? [a, b] : [b, a];
  const degree = degreeOf(judgement.grade, judgement.scalePoints);
  return degree ? `${better} ${degrees[degree]} than ${worse}` : `${better} tie with ${worse}`;
}
