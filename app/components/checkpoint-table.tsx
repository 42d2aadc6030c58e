/** Checkpoints with what identifies them: what they are, what they were made from, and the hash of their files. */
import Link from 'next/link';
import type { CheckpointView } from '@/lib/rounds/round';
import { modelWords } from '../words/models';
import { nameWords } from '../words/names';
import { numberOf, wordsOf } from '../words/server';
import { Badge } from './badge';
import { Moment } from './moment';
import { Cell, Table } from './table';

export async function CheckpointTable({ checkpoints, projectSlug }: { checkpoints: CheckpointView[]; projectSlug: string }) {
  const t = await wordsOf(modelWords);
  const names = await wordsOf(nameWords);
  const number = await numberOf();
  const nameOf = (id: string | null) => {
    const parent = checkpoints.find((one) => one.id === id);
    return parent
      ? parent.roundNumber
        ? names.ofRound(names.checkpoints[parent.kind], parent.roundNumber)
        : names.checkpoints[parent.kind]
      : id
        ? id.slice(0, 8)
        : '–';
  };
  return (
    <Table label={t.checkpoints} head={Object.values(t.head)}>
      {checkpoints.map((checkpoint) => (
        <tr key={checkpoint.id} id={checkpoint.id} className="target:bg-accent-wash">
          <Cell className="font-medium whitespace-nowrap">
            {names.checkpoints[checkpoint.kind]} {checkpoint.deletedAt && <Badge>{t.filesRemoved}</Badge>}
          </Cell>
          <Cell isNumber>{checkpoint.roundNumber ?? '–'}</Cell>
          <Cell isNumber>{number(checkpoint.step)}</Cell>
          <Cell className="whitespace-nowrap">
            {checkpoint.parentId ? (
              <Link href={`/models?project=${projectSlug}#${checkpoint.parentId}`} className="underline decoration-line underline-offset-4">
                {nameOf(checkpoint.parentId)}
              </Link>
            ) : (
              '–'
            )}
          </Cell>
          <Cell isNumber>{number(checkpoint.bytes / 1e6, { maximumFractionDigits: 1 })} MB</Cell>
          <Cell className="font-mono text-xs leading-5" title={checkpoint.sha256}>
            {checkpoint.sha256.slice(0, 12)}
          </Cell>
          <Cell className="min-w-72 font-mono text-xs leading-5 break-all">{checkpoint.path}</Cell>
          <Cell>
            <Moment at={checkpoint.createdAt} />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
