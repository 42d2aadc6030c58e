import { Fragment } from 'react';
import { can } from '@/lib/auth/permissions';
import { spoken, type Called } from '@/lib/people/names';
import type { CheckSettings } from '@/lib/quality/check-settings';
import { listHolds } from '@/lib/quality/holds';
import { listKnownAnswers } from '@/lib/quality/known-answers';
import { listQualifications, type Qualification } from '@/lib/quality/qualifications';
import { everyOf, neededOf } from '@/lib/quality/quiz';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Confirm } from '../../components/confirm';
import { EmptyState } from '../../components/empty-state';
import { NoProject } from '../../components/no-project';
import { SortableTable } from '../../components/sortable-table';
import { chosenProject, pageActor } from '../../guard';
import { holdWords } from '../../words/holds';
import { qualityWords } from '../../words/quality';
import { reportWords } from '../../words/reports';
import { numberOf, wordsOf } from '../../words/server';
import type { Language } from '../../words/words';
import { PromptLink } from '../prompt-link';
import { CsvLink, ReportFrame, ReportSection, type ReportPageQuery } from '../report-frame';
import { overrideQualificationAction, removeKnownAnswerAction, resetQualificationAction } from './actions';
import { Holds, Pause } from './holds';

export const generateMetadata = async () => ({ title: (await wordsOf(qualityWords)).title });

type Said = (typeof qualityWords)[Language];
type SaidOfHolds = (typeof holdWords)[Language];

export default async function QualityPage({ searchParams }: { searchParams: ReportPageQuery }) {
  const actor = await pageActor('data.view', '/quality');
  const project = await chosenProject(actor, searchParams);
  if (!project) return <NoProject />;
  const of = { projectId: project.id };
  const [items, { settings, people }, holds] = await Promise.all([
    listKnownAnswers(actor, of),
    listQualifications(actor, of),
    listHolds(actor, of),
  ]);
  const [t, h, r, number] = [await wordsOf(qualityWords), await wordsOf(holdWords), await wordsOf(reportWords), await numberOf()];
  const nameOf = (called: Called) => spoken(called, r.annotator);
  const mayManage = can(actor, 'quality.manage');
  const { quizItems } = settings;
  const rules = rulesInWords(settings, t, h, number);
  const isPaused = new Set(holds.flatMap(({ person, level, endedAt }) => (level === 'paused' && !endedAt ? [person.id] : [])));
  const there = items.filter(({ purpose }) => purpose === 'quiz').length;
  const csv = (of: string, table: string) => <CsvLink actor={actor} projectSlug={project.slug} report={of} table={table} query={{}} />;
  return (
    <ReportFrame tab="quality" projectSlug={project.slug} title={t.title} about={t.about}>
      <ul className="max-w-[75ch] list-disc space-y-1 pl-5">
        {rules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-muted">{t.inSettings}</p>
      {quizItems > there && <p className="mt-2 max-w-[75ch] font-medium text-warn">{t.quizShort(there)}</p>}
      <Holds projectId={project.id} holds={holds} mayManage={mayManage} csv={csv('holds', h.title)} />
      <ReportSection title={t.items} aside={items.length > 0 && csv('known-answers', t.items)}>
        {items.length === 0 ? (
          <EmptyState title={t.noItems} action={<ButtonLink href={`/prompts?project=${project.slug}`}>{t.toPrompts}</ButtonLink>}>
            {t.noItemsWhy}
          </EmptyState>
        ) : (
          <SortableTable
            isStacked
            label={t.items}
            columns={[
              { label: t.prompt, className: 'sm:max-w-[40ch] sm:min-w-48' },
              { label: t.purpose },
              { label: t.expected, className: 'sm:max-w-[36ch] sm:min-w-40' },
              { label: t.explanation, className: 'sm:max-w-[36ch] sm:min-w-40' },
              { label: t.right, isNumber: true },
              { label: t.actions, isOfActions: true, className: 'sm:text-right' },
            ]}
            rows={items.map((item) => {
              const purpose = t.purposes[item.purpose as 'quiz' | 'gold'];
              const expected = item.expected === 0 ? t.tie : item.expected > 0 ? item.textA : item.textB;
              return {
                id: item.taskId,
                values: [item.promptText, purpose, expected, item.explanation || null, shareOf(item.right, item.answered), null],
                cells: [
                  <PromptLink key="prompt" id={item.promptId} text={item.promptText} />,
                  purpose,
                  <span key="expected" className="line-clamp-2" dir="auto">
                    {expected}
                  </span>,
                  <Fragment key="explanation">
                    {item.explanation || '–'} {!item.isExplained && <Badge>{t.notExplained}</Badge>}
                  </Fragment>,
                  item.answered > 0 ? t.rightOf(item.right, item.answered) : '–',
                  mayManage && (
                    <Confirm
                      key="actions"
                      label={t.remove}
                      title={t.removeTitle}
                      about={t.removeAbout}
                      action={removeKnownAnswerAction}
                      hidden={{ taskId: item.taskId }}
                    />
                  ),
                ],
              };
            })}
          />
        )}
      </ReportSection>
      {people.length > 0 && (
        <ReportSection title={t.people} aside={csv('checks', t.people)}>
          <SortableTable
            isStacked
            label={t.people}
            columns={[
              { label: t.person, className: 'font-medium' },
              { label: t.quiz, isNumber: true },
              { label: t.standing },
              { label: t.gold, isNumber: true },
              { label: t.actions, isOfActions: true },
            ]}
            rows={people.map(({ person, ...result }) => {
              const stands = quizItems > 0 || result.passedAt ? standing(t, result, nameOf, settings, there) : null;
              return {
                id: person.id,
                values: [
                  nameOf(person),
                  shareOf(result.quizRight, result.quizAsked),
                  stands,
                  shareOf(result.goldRight, result.goldAsked),
                  null,
                ],
                cells: [
                  nameOf(person),
                  <Fragment key="quiz">
                    {result.quizAsked > 0 ? t.rightOf(result.quizRight, result.quizAsked) : '–'}{' '}
                    {result.attempts > 1 && <span className="text-muted">{t.attempt(result.attempts)}</span>}
                  </Fragment>,
                  stands ?? '–',
                  result.goldAsked > 0 ? t.rightOf(result.goldRight, result.goldAsked) : '–',
                  mayManage && (
                    <span key="actions" className="flex flex-wrap gap-2 sm:justify-end">
                      {quizItems > 0 && !result.passedAt && (
                        <Confirm
                          label={t.override}
                          title={t.overrideTitle(nameOf(person))}
                          about={t.overrideAbout}
                          action={overrideQualificationAction}
                          hidden={{ projectId: project.id, userId: person.id }}
                        />
                      )}
                      {quizItems > 0 && (result.passedAt || result.quizAsked > 0) && (
                        <Confirm
                          label={t.reset}
                          title={t.resetTitle(nameOf(person))}
                          about={t.resetAbout}
                          action={resetQualificationAction}
                          hidden={{ projectId: project.id, userId: person.id }}
                        />
                      )}
                      {!isPaused.has(person.id) && <Pause projectId={project.id} userId={person.id} name={nameOf(person)} />}
                    </span>
                  ),
                ],
              };
            })}
          />
        </ReportSection>
      )}
    </ReportFrame>
  );
}

const shareOf = (right: number, asked: number): number | null => (asked > 0 ? right / asked : null);

/** In a word. That somebody has passed is written down when they ask for work next. */
function standing(
  t: Said,
  { passedAt, overriddenBy, quizAsked, quizRight }: Omit<Qualification, 'person'>,
  nameOf: (called: Called) => string,
  settings: CheckSettings,
  there: number,
): string {
  if (overriddenBy) return t.letIn(nameOf(overriddenBy));
  if (passedAt) return t.passed;
  if (quizAsked === 0 || quizAsked < Math.min(settings.quizItems, there)) return t.notFinished;
  return quizRight >= neededOf(quizAsked, settings.quizPassShare) ? t.passed : t.notPassed;
}

/** What the project's settings do to people, rule by rule. */
function rulesInWords(settings: CheckSettings, t: Said, h: SaidOfHolds, number: (value: number, as?: Intl.NumberFormatOptions) => string) {
  const percent = (share: number) => number(share, { style: 'percent' });
  const { quizItems, quizPassShare, goldShare, goldPauseShare, goldPauseLast, goldPauseMin } = settings;
  const { retestShare, retestAfterAnswers, retestAfterHours, speedRule, speedLast, speedShare, speedSecondsPerThousand } = settings;
  const [gold, repeats] = [everyOf(goldShare), everyOf(retestShare)];
  return [
    quizItems === 0 ? t.quizOff : t.quizOn(quizItems, percent(quizPassShare)),
    gold === null ? t.goldOff : t.goldOn(gold),
    goldPauseShare === 0 ? h.goldOff : h.goldOn(percent(goldPauseShare), goldPauseLast, goldPauseMin),
    repeats === null ? h.repeatsOff : h.repeatsOn(repeats, retestAfterAnswers, number(retestAfterHours)),
    speedRule === 'off'
      ? h.speedOff
      : `${h.speedOn(speedLast, percent(speedShare), number(speedSecondsPerThousand))} ${h.speedRules[speedRule]}`,
  ];
}
