/** What the studio's tables show, as CSV. */
import { z } from 'zod';
import { db } from '@/db/client';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { agreementReport } from './agreement';
import { toCsv, type CsvTable } from './csv';
import type { ReportInput } from './filter';
import { spoken, type Names } from './names';

export const reportNames = ['agreement'] as const;
export const reportParams = z.object({ report: z.enum(reportNames) });

export async function exportReport(actor: Actor, input: ReportInput & z.input<typeof reportParams>): Promise<string> {
  mustBeAble(actor, 'data.export');
  const { report } = parse(reportParams, input);
  const table = await { agreement }[report](actor, input);
  await audit(db(), actor, 'data.export', input.projectId, { kind: `report: ${report}` });
  return toCsv(table);
}

async function agreement(actor: Actor, input: ReportInput): Promise<CsvTable> {
  const { pairs, names } = await agreementReport(actor, input);
  return {
    columns: ['rater_1', 'rater_2', 'units', 'same_verdict', 'kappa', 'low', 'high'],
    rows: pairs.map(({ raters, units, share, kappa }) => [
      ...raters.map((id) => inEnglish(names, id)),
      units,
      share,
      ...(kappa.ok ? [kappa.value.kappa, kappa.value.low, kappa.value.high] : [null, null, null]),
    ]),
  };
}

const inEnglish = (names: Names, id: string): string => spoken(names, id, (number) => `Annotator ${number}`);
