import Link from 'next/link';
import { can } from '@/lib/auth/permissions';
import { spoken } from '@/lib/people/names';
import { projectSummary } from '@/lib/projects/list-projects';
import { getPrompt } from '@/lib/prompts/get-prompt';
import type { JudgementView, ResponseView } from '@/lib/prompts/prompt';
import { degreeOf } from '@/lib/tasks/scale';
import { Badge } from '../../../components/badge';
import { ButtonLink } from '../../../components/button';
import { Card } from '../../../components/card';
import { Moment } from '../../../components/moment';
import { StudioPage } from '../../../components/studio-page';
import { Prose } from '../../../components/prose';
import { Cell, Table } from '../../../components/table';
import { found, pageActor } from '../../../guard';
import { nameWords } from '../../../words/names';
import { qualityWords } from '../../../words/quality';
import { promptWords } from '../../../words/prompts';
import { reportWords } from '../../../words/reports';
import { wordsOf } from '../../../words/server';
import type { Language } from '../../../words/words';
import { KnownAnswerForm } from '../../quality/known-answer-form';
import { Comments } from './comments';

export const generateMetadata = async () => ({ title: (await wordsOf(promptWords)).prompt });

export default async function PromptPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('lineage.view', `/prompts/${id}`);
  const prompt = await found(getPrompt(actor, { promptId: id }));
  const project = await projectSummary(actor, { id: prompt.projectId });
  const t = await wordsOf(promptWords);
  const q = await wordsOf(qualityWords);
  const { annotator } = await wordsOf(reportWords);
  const numberOf = new Map(prompt.responses.map((response, index) => [response.id, index + 1]));
  return (
    <StudioPage
      title={t.prompt}
      about={
        <span className="flex flex-wrap gap-2">
          {prompt.split === 'held_out' ? <Badge>{t.heldOut}</Badge> : <Badge>{t.training}</Badge>}
          {prompt.source && <Badge>{prompt.source}</Badge>}
        </span>
      }
      action={<ButtonLink href={`/prompts?project=${project?.slug ?? ''}`}>{t.allPrompts}</ButtonLink>}
    >
      <Prose text={prompt.text} className="text-reading font-[470]" />
      <h2 className="mt-10 mb-3 font-semibold">{t.responses}</h2>
      {prompt.responses.length === 0 ? (
        <p className="text-muted">{t.noResponses}</p>
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
      {prompt.responses.length > 1 && can(actor, 'quality.manage') && (
        <details className="mt-6 rounded-lg border border-line px-5 py-3">
          <summary className="font-medium">{q.add}</summary>
          <p className="mt-2 mb-4 max-w-[65ch] text-sm text-muted">{q.addAbout}</p>
          <KnownAnswerForm responses={prompt.responses.map(({ id, text }, index) => [id, `${index + 1}: ${text.trim().slice(0, 40)}`])} />
        </details>
      )}
      {prompt.judgements.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">{t.judgements}</h2>
          <Table isStacked label={t.judgements} head={[t.judgement, t.reason, t.by, t.when]}>
            {prompt.judgements.map((judgement) => (
              <tr key={judgement.id}>
                <Cell className="whitespace-nowrap">
                  {inWords(t, judgement, numberOf)} {judgement.isOfRanking && <Badge>{t.isOfRanking}</Badge>}{' '}
                  {judgement.isFlagged && <Badge tone="warn">{t.isFlagged}</Badge>}
                </Cell>
                <Cell label={t.reason} className="max-w-[50ch]">
                  {judgement.reason || '–'}
                </Cell>
                <Cell label={t.by} className="whitespace-nowrap">
                  {judgement.annotator ? spoken(judgement.annotator, annotator) : t.imported}
                </Cell>
                <Cell label={t.when}>
                  <Moment at={judgement.createdAt} />
                </Cell>
              </tr>
            ))}
          </Table>
        </>
      )}
      {can(actor, 'quality.manage') && <Comments actor={actor} projectId={prompt.projectId} promptId={prompt.id} />}
    </StudioPage>
  );
}

async function Response({ number, response, modelsPath }: { number: number; response: ResponseView; modelsPath: string }) {
  const { checkpoint, decoding } = response;
  const t = await wordsOf(promptWords);
  const names = await wordsOf(nameWords);
  return (
    <li>
      <Card className="h-full">
        <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <span className="font-semibold text-ink tabular-nums">{number}</span>
          {checkpoint ? (
            <Link href={`${modelsPath}#${checkpoint.id}`} className="underline decoration-line underline-offset-4 hover:text-ink">
              {checkpoint.roundNumber === null
                ? names.checkpoints[checkpoint.kind]
                : names.ofRound(names.checkpoints[checkpoint.kind], checkpoint.roundNumber)}
            </Link>
          ) : (
            <span>{t.origins[response.origin]}</span>
          )}
          {response.isTruncated && <Badge tone="warn">{t.cutOff}</Badge>}
        </div>
        {response.text.trim() ? <Prose text={response.text} /> : <p className="text-muted italic">{t.empty}</p>}
        {decoding && (
          <p className="mt-3 text-xs text-muted">
            {t.decoding(decoding.temperature, decoding.topK, decoding.topP, decoding.seed)}
            {response.tokenCount !== null && t.tokens(response.tokenCount, decoding.maxNewTokens)}
          </p>
        )}
      </Card>
    </li>
  );
}

function inWords(t: (typeof promptWords)[Language], judgement: JudgementView, numberOf: Map<string, number>): string {
  const a = numberOf.get(judgement.responseAId) ?? '?';
  const b = numberOf.get(judgement.responseBId) ?? '?';
  if (judgement.isBothBad) return t.bothBad(String(a), String(b));
  const [better, worse] = judgement.grade >= 0 ? [a, b] : [b, a];
  const degree = degreeOf(judgement.grade, judgement.scalePoints);
  return degree ? t.better[degree](String(better), String(worse)) : t.tie(String(better), String(worse));
}
