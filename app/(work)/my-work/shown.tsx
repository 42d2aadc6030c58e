/** What was in front of the person when they answered. */
import type { MyAnswerDetail } from '@/lib/tasks/my-answer';
import { Facts } from '../../components/facts';
import { Prose } from '../../components/prose';
import { myWorkWords } from '../../words/my-work';
import { wordsOf } from '../../words/server';

export type Amended = Exclude<MyAnswerDetail, { kind: 'conversation' }>;
type Conversation = Extract<MyAnswerDetail, { kind: 'conversation' }>;

async function Text({ name, text }: { name: string; text: string }) {
  const t = await wordsOf(myWorkWords);
  return (
    <section aria-label={name} className="rounded-lg border border-line bg-surface px-5 pt-4 pb-6 sm:px-6">
      <h2 className="mb-2 text-sm font-semibold text-muted">{name}</h2>
      {text.trim() ? <Prose text={text} className="text-reading" /> : <p className="text-muted italic">{t.emptyText}</p>}
    </section>
  );
}

export async function ShownTask({ answer }: { answer: Amended }) {
  const t = await wordsOf(myWorkWords);
  const texts: [name: string, text: string][] =
    answer.kind === 'preference'
      ? [
          [t.response('A'), answer.left],
          [t.response('B'), answer.right],
        ]
      : answer.kind === 'ranking'
        ? answer.responses.map((text, place) => [t.response(String(place + 1)), text])
        : answer.kind === 'rating'
          ? [[t.theResponse, answer.response]]
          : answer.startedFrom === null
            ? []
            : [[t.startedFrom, answer.startedFrom]];
  return (
    <>
      <section aria-label={t.prompt}>
        <h2 className="mb-1 text-sm text-muted">{t.prompt}</h2>
        <Prose text={answer.prompt} className="text-reading font-[470]" />
      </section>
      <div
        className={
          answer.kind === 'preference' ? 'mt-6 grid items-start gap-4 md:grid-cols-2 md:gap-6' : 'mt-6 flex flex-col gap-4 empty:hidden'
        }
      >
        {texts.map(([name, text]) => (
          <Text key={name} name={name} text={text} />
        ))}
      </div>
    </>
  );
}

export async function ShownConversation({ conversation }: { conversation: Conversation }) {
  const t = await wordsOf(myWorkWords);
  const { turns, outcome, category, severity, notes, correction } = conversation;
  return (
    <>
      <Facts
        of={[
          [t.outcome, t.outcomes[outcome]],
          ...(category ? [[t.category, category] as [string, string]] : []),
          ...(severity ? [[t.severity, String(severity)] as [string, string]] : []),
          ...(notes ? [[t.notes, notes] as [string, string]] : []),
        ]}
      />
      <ol className="mt-6 flex flex-col gap-4">
        {turns.map((turn) => (
          <li key={turn.position}>
            <Text name={turn.role === 'user' ? t.you : t.model} text={turn.text} />
          </li>
        ))}
      </ol>
      {correction !== null && (
        <div className="mt-6">
          <Text name={t.shouldHaveSaid} text={correction} />
        </div>
      )}
      <p className="mt-8 text-sm text-muted">{t.notChangeable}</p>
    </>
  );
}
