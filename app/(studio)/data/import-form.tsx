'use client';
/** Sends a file to the import route and shows what became of every line that was not taken. */
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import type { ImportResult, Rejection } from '@/lib/dataset/import';
import { Button } from '../../components/button';
import { Input, Select } from '../../components/field';
import { Cell, Table } from '../../components/table';
import { isSuccess, request } from '../../http';
import { badLineInWords } from '../../words/bad-lines';
import { dataWords } from '../../words/data';
import { useLanguage, useNumber, useWords } from '../../words/language';
import { refusalInWords } from '../../words/refusals';

type Outcome = { isOk: boolean; message: string; rejected: Rejection[]; rejectedCount: number };

export function ImportForm({ slug, kinds }: { slug: string; kinds: readonly string[] }) {
  const t = useWords(dataWords);
  const number = useNumber();
  const language = useLanguage();
  const counted = (say: (count: string, isOne: boolean) => string, count: number) => say(number(count), count === 1);
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
        counted(t.imported, imported),
        duplicates && counted(t.known, duplicates),
        rejectedCount && counted(t.leftOut, rejectedCount),
      ];
      setOutcome({ isOk: true, message: `${parts.filter(Boolean).join(', ')}.`, rejected, rejectedCount });
      router.refresh();
    } else {
      const { rejected = [], rejectedCount = 0 } = reply.details as Partial<ImportResult>;
      const message = rejectedCount > 0 ? counted(t.nothingImported, rejectedCount) : reply.status > 0 && refusalInWords(reply, language);
      setOutcome({ isOk: false, message: message || t.noAnswer, rejected, rejectedCount });
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <div className="grid items-start gap-5 sm:grid-cols-3">
        <Select label={t.what} name="kind" options={kinds.map((kind) => [kind, kind])} optionLang="en" />
        <Input label={t.file} name="file" type="file" accept=".jsonl,.json,.ndjson,.txt" required help={t.fileHelp} />
        <Select
          label={t.ifBad}
          name="mode"
          options={[
            ['all-or-nothing', t.importNothing],
            ['skip-bad', t.importRest],
          ]}
        />
      </div>
      <Button type="submit" variant="primary" aria-disabled={isBusy || undefined} className="self-start">
        {isBusy ? t.importing : t.import}
      </Button>
      <div role="status" className="flex flex-col gap-4 empty:hidden">
        {outcome && (
          <p className={outcome.isOk ? 'font-medium text-accent' : 'font-medium whitespace-pre-line text-danger'}>{outcome.message}</p>
        )}
        {outcome && outcome.rejected.length > 0 && (
          <>
            <Table label={t.notTaken} head={[t.line, t.reason]}>
              {outcome.rejected.slice(0, 100).map(({ line, ...why }) => (
                <tr key={line}>
                  <Cell isNumber>{line}</Cell>
                  <Cell>{badLineInWords(why, language)}</Cell>
                </tr>
              ))}
            </Table>
            {outcome.rejectedCount > 100 && <p className="text-sm text-muted">{t.firstHundred}</p>}
          </>
        )}
      </div>
    </form>
  );
}
