/** Who is warned or paused, why, and what became of those before them. */
import { Fragment, type ReactNode } from 'react';
import { spoken, type Called } from '@/lib/people/names';
import type { Hold } from '@/lib/quality/holds';
import { Badge } from '../../components/badge';
import { Confirm } from '../../components/confirm';
import { Textarea } from '../../components/field';
import { Moment } from '../../components/moment';
import { SortableTable } from '../../components/sortable-table';
import { holdWords } from '../../words/holds';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { ReportSection } from '../report-frame';
import { letGoOnAction, pausePersonAction } from './actions';

type Props = { projectId: string; holds: Hold[]; mayManage: boolean; csv: ReactNode };

export async function Holds({ projectId, holds, mayManage, csv }: Props) {
  const t = await wordsOf(holdWords);
  const { annotator } = await wordsOf(reportWords);
  const nameOf = (called: Called) => spoken(called, annotator);
  return (
    <ReportSection title={t.title} help={holds.length > 0 ? t.about : undefined} aside={holds.length > 0 && csv}>
      {holds.length === 0 ? (
        <p className="text-sm text-muted">{t.none}</p>
      ) : (
        <SortableTable
          isStacked
          label={t.title}
          columns={[
            { label: t.person, className: 'font-medium' },
            { label: t.level },
            { label: t.why, className: 'min-w-64 sm:max-w-[48ch]' },
            { label: t.started, className: 'min-w-36' },
            { label: t.ended, className: 'min-w-36' },
          ]}
          rows={holds.map(({ person, level, evidence, startedBy, startedAt, endedBy, endedAt }) => ({
            id: `${person.id} ${level} ${startedAt.getTime()}`,
            values: [nameOf(person), t.levels[level], t.evidence(evidence), startedAt.getTime(), endedAt?.getTime() ?? null],
            cells: [
              nameOf(person),
              <Badge key="level" tone={endedAt ? 'neutral' : level === 'paused' ? 'danger' : 'warn'}>
                {t.levels[level]}
              </Badge>,
              <span key="why" dir="auto">
                {t.evidence(evidence)}
              </span>,
              <Fragment key="started">
                <Moment at={startedAt} /> <span className="text-muted">{startedBy ? t.by(nameOf(startedBy)) : t.byRule}</span>
              </Fragment>,
              endedAt ? (
                <Fragment key="ended">
                  <Moment at={endedAt} /> <span className="text-muted">{endedBy ? t.endedBy(nameOf(endedBy)) : t.endedByItself}</span>
                </Fragment>
              ) : (
                mayManage && (
                  <Confirm
                    key="ended"
                    label={t.letGoOn}
                    title={t.letGoOnTitle(nameOf(person))}
                    about={t.letGoOnAbout}
                    action={letGoOnAction}
                    hidden={{ projectId, userId: person.id }}
                  />
                )
              ),
            ],
          }))}
        />
      )}
    </ReportSection>
  );
}

/** By hand, with a reason. */
export async function Pause({ projectId, userId, name }: { projectId: string; userId: string; name: string }) {
  const t = await wordsOf(holdWords);
  return (
    <Confirm label={t.pause} title={t.pauseTitle(name)} about={t.pauseAbout} action={pausePersonAction} hidden={{ projectId, userId }}>
      <Textarea label={t.reason} name="reason" rows={3} maxLength={1000} required help={t.reasonHelp} />
    </Confirm>
  );
}
