import Link from 'next/link';
import { can } from '@/lib/auth/permissions';
import type { CheckSettings } from '@/lib/projects/settings';
import { listKnownAnswers } from '@/lib/quality/known-answers';
import { listQualifications, type PersonResult } from '@/lib/quality/qualifications';
import { goldEvery, neededOf } from '@/lib/quality/quiz';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Confirm } from '../../components/confirm';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { Cell, Table } from '../../components/table';
import { chosenProject, pageActor } from '../../guard';
import { qualityWords } from '../../words/quality';
import { numberOf, wordsOf } from '../../words/server';
import type { Language } from '../../words/words';
import { ReportFrame, ReportSection, type ReportPageQuery } from '../report-frame';
import { overrideQualificationAction, removeKnownAnswerAction, resetQualificationAction } from './actions';

export const generateMetadata = async () => ({ title: (await wordsOf(qualityWords)).title });

type Said = (typeof qualityWords)[Language];

export default async function QualityPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('data.view', '/quality');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const of = { projectId: project.id };
  const [items, { settings, people }] = await Promise.all([listKnownAnswers(actor, of), listQualifications(actor, of)]);
  const [t, number] = [await wordsOf(qualityWords), await numberOf()];
  const mayManage = can(actor, 'quality.manage');
  const { quizItems, quizPassShare, goldShare } = settings;
  const there = items.filter(({ purpose }) => purpose === 'quiz').length;
  const every = goldEvery(goldShare);
  const actions = (
    <span key="actions" className="sr-only">
      {t.actions}
    </span>
  );
  return (
    <ReportFrame tab="quality" projectSlug={project.slug} title={t.title} about={t.about}>
      <p className="max-w-[75ch]">
        {quizItems === 0 ? t.quizOff : t.quizOn(quizItems, number(quizPassShare, { style: 'percent' }))}{' '}
        {quizItems > there && <strong className="font-medium text-warn">{t.quizShort(there)}</strong>}{' '}
        {every === null ? t.goldOff : t.goldOn(every)} <span className="text-muted">{t.inSettings}</span>
      </p>
      <ReportSection title={t.items}>
        {items.length === 0 ? (
          <EmptyState title={t.noItems} action={<ButtonLink href={`/prompts?project=${project.slug}`}>{t.toPrompts}</ButtonLink>}>
            {t.noItemsWhy}
          </EmptyState>
        ) : (
          <Table label={t.items} head={[t.prompt, t.purpose, t.expected, t.explanation, t.right, actions]}>
            {items.map((item) => (
              <tr key={item.taskId}>
                <Cell className="max-w-[40ch] min-w-48">
                  <Link
                    href={`/prompts/${item.promptId}`}
                    className="line-clamp-2 underline decoration-line underline-offset-4 hover:decoration-current"
                    dir="auto"
                  >
                    {item.promptText}
                  </Link>
                </Cell>
                <Cell>{t.purposes[item.purpose as 'quiz' | 'gold']}</Cell>
                <Cell className="max-w-[36ch] min-w-40">
                  <span className="line-clamp-2" dir="auto">
                    {item.expected === 0 ? t.tie : item.expected > 0 ? item.textA : item.textB}
                  </span>
                </Cell>
                <Cell className="max-w-[36ch] min-w-40">
                  {item.explanation || '–'} {!item.isExplained && <Badge>{t.notExplained}</Badge>}
                </Cell>
                <Cell isNumber>{item.answered > 0 ? t.rightOf(item.right, item.answered) : '–'}</Cell>
                <Cell className="text-right">
                  {mayManage && (
                    <Confirm
                      label={t.remove}
                      title={t.removeTitle}
                      about={t.removeAbout}
                      confirm={t.remove}
                      action={removeKnownAnswerAction}
                      hidden={{ taskId: item.taskId }}
                    />
                  )}
                </Cell>
              </tr>
            ))}
          </Table>
        )}
      </ReportSection>
      {people.length > 0 && (
        <ReportSection title={t.people}>
          <Table label={t.people} head={[t.person, t.quiz, t.standing, t.gold, actions]}>
            {people.map((person) => (
              <tr key={person.userId}>
                <Cell className="font-medium">{person.name}</Cell>
                <Cell isNumber>
                  {person.quizAsked > 0 ? t.rightOf(person.quizRight, person.quizAsked) : '–'}{' '}
                  {person.attempts > 1 && <span className="text-muted">{t.attempt(person.attempts)}</span>}
                </Cell>
                <Cell>{quizItems > 0 || person.passedAt ? standing(t, person, settings, there) : '–'}</Cell>
                <Cell isNumber>{person.goldAsked > 0 ? t.rightOf(person.goldRight, person.goldAsked) : '–'}</Cell>
                <Cell>
                  {mayManage && quizItems > 0 && (
                    <span className="flex justify-end gap-2">
                      {!person.passedAt && (
                        <Confirm
                          label={t.override}
                          title={t.overrideTitle(person.name)}
                          about={t.overrideAbout}
                          confirm={t.override}
                          action={overrideQualificationAction}
                          hidden={{ projectId: project.id, userId: person.userId }}
                        />
                      )}
                      {(person.passedAt || person.quizAsked > 0) && (
                        <Confirm
                          label={t.reset}
                          title={t.resetTitle(person.name)}
                          about={t.resetAbout}
                          confirm={t.reset}
                          action={resetQualificationAction}
                          hidden={{ projectId: project.id, userId: person.userId }}
                        />
                      )}
                    </span>
                  )}
                </Cell>
              </tr>
            ))}
          </Table>
        </ReportSection>
      )}
    </ReportFrame>
  );
}

/** In a word. That somebody has passed is written down when they ask for work next. */
function standing(t: Said, { passedAt, overriddenBy, quizAsked, quizRight }: PersonResult, settings: CheckSettings, there: number): string {
  if (overriddenBy) return t.letIn(overriddenBy);
  if (passedAt) return t.passed;
  if (quizAsked === 0 || quizAsked < Math.min(settings.quizItems, there)) return t.notFinished;
  return quizRight >= neededOf(quizAsked, settings.quizPassShare) ? t.passed : t.notPassed;
}
