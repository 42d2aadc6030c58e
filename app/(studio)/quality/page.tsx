import Link from 'next/link';
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
import { Cell, Table } from '../../components/table';
import { chosenProject, pageActor } from '../../guard';
import { holdWords } from '../../words/holds';
import { qualityWords } from '../../words/quality';
import { reportWords } from '../../words/reports';
import { numberOf, wordsOf } from '../../words/server';
import type { Language } from '../../words/words';
import { ReportFrame, ReportSection, type ReportPageQuery } from '../report-frame';
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
  const actions = (
    <span key="actions" className="sr-only">
      {t.actions}
    </span>
  );
  return (
    <ReportFrame tab="quality" projectSlug={project.slug} title={t.title} about={t.about}>
      <ul className="max-w-[75ch] list-disc space-y-1 pl-5">
        {rules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-muted">{t.inSettings}</p>
      {quizItems > there && <p className="mt-2 max-w-[75ch] font-medium text-warn">{t.quizShort(there)}</p>}
      <Holds projectId={project.id} holds={holds} mayManage={mayManage} />
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
          <Table isStacked label={t.people} head={[t.person, t.quiz, t.standing, t.gold, actions]}>
            {people.map(({ person, ...result }) => (
              <tr key={person.id}>
                <Cell className="font-medium">{nameOf(person)}</Cell>
                <Cell isNumber label={t.quiz}>
                  {result.quizAsked > 0 ? t.rightOf(result.quizRight, result.quizAsked) : '–'}{' '}
                  {result.attempts > 1 && <span className="text-muted">{t.attempt(result.attempts)}</span>}
                </Cell>
                <Cell label={t.standing}>{quizItems > 0 || result.passedAt ? standing(t, result, nameOf, settings, there) : '–'}</Cell>
                <Cell isNumber label={t.gold}>
                  {result.goldAsked > 0 ? t.rightOf(result.goldRight, result.goldAsked) : '–'}
                </Cell>
                <Cell>
                  {mayManage && (
                    <span className="flex flex-wrap gap-2 sm:justify-end">
                      {quizItems > 0 && !result.passedAt && (
                        <Confirm
                          label={t.override}
                          title={t.overrideTitle(nameOf(person))}
                          about={t.overrideAbout}
                          confirm={t.override}
                          action={overrideQualificationAction}
                          hidden={{ projectId: project.id, userId: person.id }}
                        />
                      )}
                      {quizItems > 0 && (result.passedAt || result.quizAsked > 0) && (
                        <Confirm
                          label={t.reset}
                          title={t.resetTitle(nameOf(person))}
                          about={t.resetAbout}
                          confirm={t.reset}
                          action={resetQualificationAction}
                          hidden={{ projectId: project.id, userId: person.id }}
                        />
                      )}
                      {!isPaused.has(person.id) && <Pause projectId={project.id} userId={person.id} name={nameOf(person)} />}
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
