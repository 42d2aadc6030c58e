/** Who is warned or paused, why, and what became of those before them. */
import { spoken, type Called } from '@/lib/people/names';
import type { Hold } from '@/lib/quality/holds';
import { Badge } from '../../components/badge';
import { Confirm } from '../../components/confirm';
import { Textarea } from '../../components/field';
import { Moment } from '../../components/moment';
import { Cell, Table } from '../../components/table';
import { holdWords } from '../../words/holds';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { ReportSection } from '../report-frame';
import { letGoOnAction, pausePersonAction } from './actions';

type Props = { projectId: string; holds: Hold[]; mayManage: boolean };

export async function Holds({ projectId, holds, mayManage }: Props) {
  const t = await wordsOf(holdWords);
  const { annotator } = await wordsOf(reportWords);
  const nameOf = (called: Called) => spoken(called, annotator);
  return (
    <ReportSection title={t.title} help={holds.length > 0 ? t.about : undefined}>
      {holds.length === 0 ? (
        <p className="text-sm text-muted">{t.none}</p>
      ) : (
        <Table isStacked label={t.title} head={[t.person, t.level, t.why, t.started, t.ended]}>
          {holds.map(({ person, level, evidence, startedBy, startedAt, endedBy, endedAt }) => (
            <tr key={`${person.id} ${level} ${startedAt.getTime()}`}>
              <Cell className="font-medium">{nameOf(person)}</Cell>
              <Cell label={t.level}>
                <Badge tone={endedAt ? 'neutral' : level === 'paused' ? 'danger' : 'warn'}>{t.levels[level]}</Badge>
              </Cell>
              <Cell label={t.why} className="min-w-64 sm:max-w-[48ch]">
                <span dir="auto">{t.evidence(evidence)}</span>
              </Cell>
              <Cell label={t.started} className="min-w-36">
                <Moment at={startedAt} /> <span className="text-muted">{startedBy ? t.by(nameOf(startedBy)) : t.byRule}</span>
              </Cell>
              <Cell label={endedAt ? t.ended : undefined} className="min-w-36">
                {endedAt ? (
                  <>
                    <Moment at={endedAt} /> <span className="text-muted">{endedBy ? t.endedBy(nameOf(endedBy)) : t.endedByItself}</span>
                  </>
                ) : (
                  mayManage && (
                    <Confirm
                      label={t.letGoOn}
                      title={t.letGoOnTitle(nameOf(person))}
                      about={t.letGoOnAbout}
                      confirm={t.letGoOn}
                      action={letGoOnAction}
                      hidden={{ projectId, userId: person.id }}
                    />
                  )
                )}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </ReportSection>
  );
}

/** By hand, with a reason. */
export async function Pause({ projectId, userId, name }: { projectId: string; userId: string; name: string }) {
  const t = await wordsOf(holdWords);
  return (
    <Confirm
      label={t.pause}
      title={t.pauseTitle(name)}
      about={t.pauseAbout}
      confirm={t.pause}
      action={pausePersonAction}
      hidden={{ projectId, userId }}
    >
      <Textarea label={t.reason} name="reason" rows={3} maxLength={1000} required help={t.reasonHelp} />
    </Confirm>
  );
}
