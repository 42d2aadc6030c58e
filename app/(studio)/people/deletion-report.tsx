/** What there is of a person, and which rounds and checkpoints were made with it: before they are deleted, and written down afterwards. */
import Link from 'next/link';
import type { DeletionReport } from '@/lib/people/delete-person';
import { Badge, StateBadge } from '../../components/badge';
import { Facts } from '../../components/facts';
import { Moment } from '../../components/moment';
import { Cell, Table } from '../../components/table';
import { deletionWords } from '../../words/deletion';
import { nameWords } from '../../words/names';
import { numberOf, wordsOf } from '../../words/server';
import { ReportSection } from '../report-frame';

const counted = [
  'comparisons',
  'rankings',
  'ratings',
  'demonstrations',
  'conversations',
  'skips',
  'drafts',
  'questions',
  'questionsAnswered',
  'comments',
] as const;

/** On a phone a whole id stands beside its label. */
const idLook = 'font-mono text-xs max-sm:text-[11px] max-sm:tracking-tighter';

export async function DeletionReportView({ report: { counts, rounds, checkpoints } }: { report: DeletionReport }) {
  const t = await wordsOf(deletionWords);
  const names = await wordsOf(nameWords);
  const number = await numberOf();
  return (
    <>
      <ReportSection title={t.answers}>
        {/* Of those who were deleted long ago, some things were not counted yet. */}
        <Facts of={counted.filter((name) => name in counts).map((name) => [t[name], number(counts[name])])} />
      </ReportSection>
      <ReportSection title={t.rounds} help={rounds.length > 0 ? t.roundsAbout : undefined}>
        {rounds.length === 0 ? (
          <p className="text-sm text-muted">{t.noRounds}</p>
        ) : (
          <Table isStacked label={t.rounds} head={[t.round, t.project, t.state, t.labels, t.snapshot]}>
            {rounds.map((round) => (
              <tr key={round.id}>
                <Cell>
                  <Link href={`/rounds/${round.id}`} className="underline decoration-line underline-offset-4 hover:decoration-current">
                    {t.round} {round.number}
                  </Link>
                </Cell>
                <Cell label={t.project}>{round.project}</Cell>
                <Cell label={t.state}>
                  <StateBadge state={round.state} />
                </Cell>
                <Cell label={t.labels}>{t.labelsOf(number(round.demonstrations), number(round.comparisons), number(round.verdicts))}</Cell>
                <Cell label={t.snapshot} className={idLook}>
                  {round.snapshotId}
                </Cell>
              </tr>
            ))}
          </Table>
        )}
      </ReportSection>
      {checkpoints.length > 0 && (
        <ReportSection title={t.checkpoints} help={t.checkpointsAbout}>
          <Table isStacked label={t.checkpoints} head={[t.checkpoint, t.project, t.step, t.made, 'ID']}>
            {checkpoints.map(({ id, project, round, kind, step, createdAt, isRemoved }) => (
              <tr key={id}>
                <Cell className="whitespace-nowrap">
                  {names.ofRound(names.checkpoints[kind], round)} {isRemoved && <Badge>{t.isRemoved}</Badge>}
                </Cell>
                <Cell label={t.project}>{project}</Cell>
                <Cell isNumber label={t.step}>
                  {number(step)}
                </Cell>
                <Cell label={t.made}>
                  <Moment at={new Date(createdAt)} />
                </Cell>
                <Cell label="ID" className={idLook}>
                  {id}
                </Cell>
              </tr>
            ))}
          </Table>
        </ReportSection>
      )}
    </>
  );
}
