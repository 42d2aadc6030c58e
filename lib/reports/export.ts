/** What the studio's tables show, as CSV. */
import { z } from 'zod';
import { db } from '@/db/client';
import { audit } from '@/lib/audit';
import type { Bias } from '@/lib/agreement/bias';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { agreementReport } from './agreement';
import { annotatorsReport } from './annotators';
import { toCsv, type CsvTable } from './csv';
import type { ReportInput } from './filter';
import { spoken, type Names } from './names';

export const reportNames = ['agreement', 'annotators'] as const;
export const reportParams = z.object({ report: z.enum(reportNames) });

export async function exportReport(actor: Actor, input: ReportInput & z.input<typeof reportParams>): Promise<string> {
  mustBeAble(actor, 'data.export');
  const { report } = parse(reportParams, input);
  const table = await { agreement, annotators }[report](actor, input);
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

async function annotators(actor: Actor, input: ReportInput): Promise<CsvTable> {
  const { people, names } = await annotatorsReport(actor, input);
  const interval = (of: { low: number; high: number } | null, value: number | undefined) =>
    of ? [value!, of.low, of.high] : [null, null, null];
  const share = (of: string) => [of, `${of}_low`, `${of}_high`];
  return {
    columns: [
      'person',
      'judgements',
      'median_seconds',
      'pace',
      'accuracy',
      ...['with_others', 'with_themselves', 'left', 'longer', 'reward_model'].flatMap(share),
      'trend_z',
      'trend_p',
    ],
    rows: people.map(({ id, judgements, medianSeconds, pace, accuracy, others, themselves, position, length, rewardModel, drift }) => {
      const [left, longer] = [position, length].map((bias) => (bias.ok ? bias.value : null)) as [Bias | null, Bias | null];
      const shares = [others, themselves, left, longer, rewardModel].flatMap((of) => interval(of, of?.share));
      const trend = drift.ok ? drift.value.trend : null;
      return [inEnglish(names, id), judgements, medianSeconds, pace, accuracy, ...shares, trend?.z ?? null, trend?.p ?? null];
    }),
  };
}

const inEnglish = (names: Names, id: string): string => spoken(names, id, (number) => `Annotator ${number}`);
