'use client';
/** Sends a file to the import route and shows what became of every line that was not taken. */
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import type { ImportResult, Rejection } from '@/lib/dataset/import';
import { Button } from '../../components/button';
import { Input, Select } from '../../components/field';
import { Cell, Table } from '../../components/table';
import { isSuccess, request } from '../../http';

type Outcome = { isOk: boolean; message: string; rejected: Rejection[]; rejectedCount: number };

const number = (count: number, word: string) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

export function ImportForm({ slug, kinds }: { slug: string; kinds: readonly string[] }) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setOutcome(null);
    const reply = await request('POST', `/api/v1/projects/${slug}/import/${form.get('kind')}?mode=${form.get('mode')}`, form.get('file'));
    setBusy(false);
    if (isSuccess(reply)) {
      const { imported, duplicates, rejected, rejectedCount } = reply.data as ImportResult;
      const parts = [
        `${number(imported, 'row')} imported`,
        duplicates && `${number(duplicates, 'row')} known already`,
        rejectedCount && `${number(rejectedCount, 'line')} left out`,
      ];
      setOutcome({ isOk: true, message: `${parts.filter(Boolean).join(', ')}.`, rejected, rejectedCount });
      router.refresh();
    } else {
      const { rejected = [], rejectedCount = 0 } = reply.details as Partial<ImportResult>;
      const message = rejectedCount > 0 ? `Nothing was imported: ${number(rejectedCount, 'line')} cannot be read.` : reply.message;
      setOutcome({ isOk: false, message: message || 'The server does not answer. Nothing was imported.', rejected, rejectedCount });
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <div className="grid items-start gap-5 sm:grid-cols-3">
        <Select label="What is in it" name="kind" options={kinds.map((kind) => [kind, kind])} />
        <Input label="File" name="file" type="file" accept=".jsonl,.json,.ndjson,.txt" required help="JSON lines, or one JSON array." />
        <Select
          label="If a line is bad"
          name="mode"
          options={[
            ['all-or-nothing', 'import nothing'],
            ['skip-bad', 'import the rest'],
          ]}
        />
      </div>
      <Button type="submit" variant="primary" aria-disabled={isBusy || undefined} className="self-start">
        {isBusy ? 'Importing …' : 'Import'}
      </Button>
      <div role="status" className="flex flex-col gap-4 empty:hidden">
        {outcome && (
          <p className={outcome.isOk ? 'font-medium text-accent' : 'font-medium whitespace-pre-line text-danger'}>{outcome.message}</p>
        )}
        {outcome && outcome.rejected.length > 0 && (
          <>
            <Table label="Lines that were not taken" head={['Line', 'Reason']}>
              {outcome.rejected.slice(0, 100).map(({ line, reason }) => (
                <tr key={line}>
                  <Cell isNumber>{line}</Cell>
                  <Cell>{reason}</Cell>
                </tr>
              ))}
            </Table>
            {outcome.rejectedCount > 100 && <p className="text-sm text-muted">The first hundred are shown.</p>}
          </>
        )}
      </div>
    </form>
  );
}
