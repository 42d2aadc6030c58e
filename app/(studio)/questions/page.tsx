/** What annotators ask, for reviewers to answer; and what was answered, with its precedents. */
import Link from 'next/link';
import { spoken } from '@/lib/people/names';
import { openQuestions, questionsQuery, questionsToAnswer } from '@/lib/questions/answer';
import type { AskedQuestion } from '@/lib/questions/question';
import { Badge } from '../../components/badge';
import { Card } from '../../components/card';
import { Confirm } from '../../components/confirm';
import { EmptyState } from '../../components/empty-state';
import { Moment } from '../../components/moment';
import { NoProject } from '../../components/no-project';
import { Pages } from '../../components/pages';
import { Prose } from '../../components/prose';
import { chosenProject, pageActor } from '../../guard';
import { questionWords } from '../../words/questions';
import { reportWords } from '../../words/reports';
import { numberOf, wordsOf } from '../../words/server';
import { givenOnce, ReportFrame, type ReportPageQuery } from '../report-frame';
import { withdrawPrecedentAction } from './actions';
import { AnswerForm } from './answer-form';
import { AskedItem } from './asked-item';

export const generateMetadata = async () => ({ title: (await wordsOf(questionWords)).title });

export default async function QuestionsPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('quality.manage', '/questions');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const query = questionsQuery.safeParse(await givenOnce(searchParams));
  const { show, cursor } = query.success ? query.data : questionsQuery.parse({});
  const [{ items, nextCursor }, open] = await Promise.all([
    questionsToAnswer(actor, { projectId: project.id, show, cursor, limit: 20 }),
    openQuestions(actor, project.slug),
  ]);
  const [t, number] = [await wordsOf(questionWords), await numberOf()];
  const address = (view: string) => `/questions?project=${project.slug}&show=${view}`;
  return (
    <ReportFrame tab="questions" projectSlug={project.slug} title={t.title} about={t.reviewAbout}>
      <nav aria-label={t.show} className="mb-6 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {(['open', 'answered'] as const).map((view) => (
          <Link
            key={view}
            href={address(view)}
            aria-current={view === show ? 'true' : undefined}
            className="text-muted underline decoration-line underline-offset-4 hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
          >
            {view === 'open' ? t.openCount(number(open ?? 0)) : t.answeredOnes}
          </Link>
        ))}
      </nav>
      {items.length === 0 ? (
        <EmptyState title={show === 'open' ? t.nothing : t.noneAnswered}>{show === 'open' ? t.nothingWhy : t.noneAnsweredWhy}</EmptyState>
      ) : (
        <ul className="flex flex-col gap-6">
          {items.map((question) => (
            <li key={question.id}>{question.answer === null ? <Open question={question} /> : <Answered question={question} />}</li>
          ))}
        </ul>
      )}
      <Pages path={address(show)} cursor={cursor} nextCursor={nextCursor} />
    </ReportFrame>
  );
}

async function Open({ question }: { question: AskedQuestion }) {
  return (
    <Card>
      <Said question={question} />
      <div className="mt-5">
        <AskedItem question={question} />
      </div>
      <div className="mt-6">
        <AnswerForm {...question} isPrecedent={!question.isKnown} />
      </div>
    </Card>
  );
}

async function Answered({ question }: { question: AskedQuestion }) {
  const [t, { annotator }] = [await wordsOf(questionWords), await wordsOf(reportWords)];
  const { id, revision, answer, answeredAt, reviewer, isPrecedent, isHeld, title } = question;
  return (
    <Card>
      <Said question={question} />
      <div className="mt-4 border-l-2 border-accent pl-3">
        {title && (
          <p dir="auto" className="font-semibold wrap-anywhere">
            {title}
          </p>
        )}
        <Prose text={answer!} />
        <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          {reviewer && t.answeredBy(spoken(reviewer, annotator))} <Moment at={answeredAt!} />
          {isPrecedent && <Badge tone="accent">{t.precedent}</Badge>}
          {isHeld && <Badge tone="warn">{t.held}</Badge>}
        </p>
      </div>
      <details className="mt-5">
        <summary className="w-fit text-sm font-medium">{t.item}</summary>
        <div className="mt-3">
          <AskedItem question={question} />
        </div>
      </details>
      <details className="mt-3">
        <summary className="w-fit text-sm font-medium">{t.change}</summary>
        <div className="mt-3">
          <AnswerForm key={revision} {...question} />
        </div>
      </details>
      {isPrecedent && (
        <div className="mt-4">
          <Confirm
            label={t.withdraw}
            title={t.withdrawTitle}
            about={t.withdrawAbout}
            action={withdrawPrecedentAction}
            hidden={{ questionId: id, revision: String(revision) }}
          />
        </div>
      )}
    </Card>
  );
}

/** The question, and what there is to know of it. */
async function Said({ question: { text, kind, person, createdAt, promptId, isKnown, isHeld } }: { question: AskedQuestion }) {
  const [t, { annotator }] = [await wordsOf(questionWords), await wordsOf(reportWords)];
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <Badge>{t.kinds[kind]}</Badge>
        <span>{t.by(person ? spoken(person, annotator) : t.somebody)}</span>
        <Moment at={createdAt} />
        {promptId && (
          <Link href={`/prompts/${promptId}`} className="underline decoration-line underline-offset-4 hover:text-ink">
            {t.toPrompt}
          </Link>
        )}
      </p>
      {text ? <Prose text={text} className="mt-3 text-reading font-[470]" /> : <p className="mt-3 text-muted italic">{t.removed}</p>}
      {isKnown && (
        <p className="mt-3 max-w-[75ch] rounded-md bg-warn-wash px-3 py-2 text-sm">
          {t.isKnown} {isHeld && t.isHeld}
        </p>
      )}
    </>
  );
}
