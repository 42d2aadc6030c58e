/** One conversation in which somebody tried to make a model fail. */
import Link from 'next/link';
import { spoken } from '@/lib/people/names';
import { projectSummary } from '@/lib/projects/list-projects';
import { getConversation } from '@/lib/red-team/get-conversation';
import { Badge } from '../../../../components/badge';
import { ButtonLink } from '../../../../components/button';
import { Card } from '../../../../components/card';
import { ConversationTurns } from '../../../../components/conversation-turns';
import { Facts } from '../../../../components/facts';
import { Moment } from '../../../../components/moment';
import { Prose } from '../../../../components/prose';
import { StudioPage } from '../../../../components/studio-page';
import { found, pageActor } from '../../../../guard';
import { checkpointName, nameWords } from '../../../../words/names';
import { redTeamWords, severityWords } from '../../../../words/red-team';
import { redTeamResultsWords } from '../../../../words/red-team-results';
import { reportWords } from '../../../../words/reports';
import { numberOf, wordsOf } from '../../../../words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(redTeamResultsWords)).conversation });

const link = 'underline decoration-line underline-offset-4 hover:decoration-current';

export default async function ConversationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('data.view', `/data/red-team/${id}`);
  const conversation = await found(getConversation(actor, { conversationId: id }));
  const { slug } = await projectSummary(actor, { id: conversation.projectId });
  const t = await wordsOf(redTeamResultsWords);
  const talk = await wordsOf(redTeamWords);
  const names = await wordsOf(nameWords);
  const number = await numberOf();
  const { outcome, category, severity, notes, annotator, checkpoint, secondsOnTask, decoding, correction } = conversation;
  const model = checkpointName(checkpoint, names);
  const person = spoken(annotator, (await wordsOf(reportWords)).annotator);
  return (
    <StudioPage
      title={t.conversation}
      about={
        <span className="flex flex-wrap gap-2">
          <Badge tone={outcome === 'failed' ? 'danger' : 'neutral'}>{t.outcomes[outcome]}</Badge>
          {category && <Badge>{category}</Badge>}
          {severity !== null && <Badge>{`${severity} ${severityWords(talk)[severity - 1]}`}</Badge>}
        </span>
      }
      action={<ButtonLink href={`/data/red-team?project=${slug}`}>{t.results}</ButtonLink>}
    >
      <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div>
          <ConversationTurns turns={conversation.turns} person={person} model={model} />
          {correction && (
            <section className="mt-8 border-t border-line pt-6">
              <h2 className="mb-3 font-semibold">{t.correction}</h2>
              <Prose text={correction.text} className="text-reading" />
              <Link href={`/prompts/${correction.promptId}`} className={`mt-3 inline-block text-sm ${link}`}>
                {t.prompt}
              </Link>
            </section>
          )}
        </div>
        <Card>
          <Facts
            of={[
              [
                t.model,
                <Link key="model" href={`/models?project=${slug}#${checkpoint.id}`} className={link}>
                  {model}
                </Link>,
              ],
              [t.by, person],
              [t.when, <Moment key="when" at={conversation.finishedAt ?? conversation.createdAt} />],
              ...(secondsOnTask === null ? [] : [[t.seconds, t.inSeconds(number(secondsOnTask))] as [string, string]]),
              [t.decoding, t.decodingOf(number(decoding.temperature), number(decoding.maxNewTokens), String(decoding.seed))],
              ...(notes ? [[t.notes, notes] as [string, string]] : []),
            ]}
          />
        </Card>
      </div>
    </StudioPage>
  );
}
