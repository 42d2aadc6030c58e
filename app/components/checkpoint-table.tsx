/** Checkpoints with what identifies them: what they are, what they were made from, and the hash of their files. */
import Link from 'next/link';
import type { CheckpointView } from '@/lib/rounds/round';
import { Badge } from './badge';
import { checkpointNames } from './names';
import { Moment } from './moment';
import { Cell, Table } from './table';

const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

export function CheckpointTable({ checkpoints, projectSlug }: { checkpoints: CheckpointView[]; projectSlug: string }) {
  const nameOf = (id: string | null) => {
    const parent = checkpoints.find((one) => one.id === id);
    return parent
      ? `${checkpointNames[parent.kind]}${parent.roundNumber ? `, round ${parent.roundNumber}` : ''}`
      : id
        ? id.slice(0, 8)
        : '–';
  };
  return (
    <Table label="Checkpoints" head={['Model', 'Round', 'Step', 'Made from', 'Size', 'SHA-256', 'Folder', 'Made']}>
      {checkpoints.map((checkpoint) => (
        <tr key={checkpoint.id} id={checkpoint.id} className="target:bg-accent-wash">
          <Cell className="font-medium whitespace-nowrap">
            {checkpointNames[checkpoint.kind]} {checkpoint.deletedAt && <Badge>files removed</Badge>}
          </Cell>
          <Cell isNumber>{checkpoint.roundNumber ?? '–'}</Cell>
          <Cell isNumber>{checkpoint.step.toLocaleString('en')}</Cell>
          <Cell className="whitespace-nowrap">
            {checkpoint.parentId ? (
              <Link href={`/models?project=${projectSlug}#${checkpoint.parentId}`} className="underline decoration-line underline-offset-4">
                {nameOf(checkpoint.parentId)}
              </Link>
            ) : (
              '–'
            )}
          </Cell>
          <Cell isNumber>{megabytes(checkpoint.bytes)}</Cell>
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
