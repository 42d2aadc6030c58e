/** Checkpoints with what identifies them: what they are, what they were made from, and the hash of their files. */
import Link from 'next/link';
import type { CheckpointView } from '@/lib/rounds/round';
import { modelWords } from '../words/models';
import { checkpointName, nameWords } from '../words/names';
import { numberOf, wordsOf } from '../words/server';
import { Badge } from './badge';
import { Moment } from './moment';
import { Cell, Table } from './table';

export async function CheckpointTable({ checkpoints, projectSlug }: { checkpoints: CheckpointView[]; projectSlug: string }) {
  const t = await wordsOf(modelWords);
  const names = await wordsOf(nameWords);
  const number = await numberOf();
  return (
    <Table isStacked label={t.checkpoints} head={Object.values(t.head)}>
      {checkpoints.map((checkpoint) => (
        <tr key={checkpoint.id} id={checkpoint.id} className="target:bg-accent-wash">
          <Cell className="font-medium whitespace-nowrap">
            {names.checkpoints[checkpoint.kind]} {checkpoint.deletedAt && <Badge>{t.filesRemoved}</Badge>}
          </Cell>
          <Cell isNumber label={t.head.round}>
            {checkpoint.roundNumber ?? '–'}
          </Cell>
          <Cell isNumber label={t.head.step}>
            {number(checkpoint.step)}
          </Cell>
          <Cell label={t.head.madeFrom} className="whitespace-nowrap">
            {checkpoint.parentId && checkpoint.parentKind ? (
              <Link href={`/models?project=${projectSlug}#${checkpoint.parentId}`} className="underline decoration-line underline-offset-4">
                {checkpointName({ kind: checkpoint.parentKind, roundNumber: checkpoint.parentRoundNumber }, names)}
              </Link>
            ) : (
              '–'
            )}
          </Cell>
          <Cell isNumber label={t.head.size}>
            {number(checkpoint.bytes / 1e6, { maximumFractionDigits: 1 })} MB
          </Cell>
          <Cell label={t.head.sha} className="font-mono text-xs leading-5" title={checkpoint.sha256}>
            {checkpoint.sha256.slice(0, 12)}
          </Cell>
          <Cell label={t.head.folder} className="font-mono text-xs leading-5 break-all sm:min-w-72">
            {checkpoint.path}
          </Cell>
          <Cell label={t.head.made}>
            <Moment at={checkpoint.createdAt} />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
