/** What the studio's tables show, as CSV. */
import { z } from 'zod';
import { db } from '@/db/client';
import { audit } from '@/lib/audit';
import type { Bias } from '@/lib/agreement/bias';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { spoken, type Names } from '@/lib/people/names';
import { agreementReport } from './agreement';
import { annotatorsReport } from './annotators';
import { toCsv, type CsvTable } from './csv';
import { reportSchema } from './filter';
import { leaderboardReport, leaderboardSchema } from './leaderboard';

export const reportNames = ['agreement', 'annotators', 'leaderboard', 'win-rates'] as const;
export const reportParams = z.object({ report: z.enum(reportNames) });
/** As it stands in the address of the report's page, `project` apart. */
export const exportQuery = z.record(z.string(), z.string());

type Asked = { projectId: string; query?: z.output<typeof exportQuery> };

export async function exportReport(actor: Actor, input: Asked & z.input<typeof reportParams>): Promise<string> {
  mustBeAble(actor, 'data.export');
  const { report } = parse(reportParams, input);
  const table = await tables[report](actor, { ...input.query, projectId: input.projectId });
  await audit(db(), actor, 'data.export', input.projectId, { kind: `report: ${report}` });
  return toCsv(table);
}

type Input = { projectId: string; [field: string]: string };
const tables = { agreement, annotators, leaderboard, 'win-rates': winRates };

async function agreement(actor: Actor, input: Input): Promise<CsvTable> {
  const { pairs, names } = await agreementReport(actor, parse(reportSchema, input));
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

async function annotators(actor: Actor, input: Input): Promise<CsvTable> {
  const { people, names } = await annotatorsReport(actor, parse(reportSchema, input));
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
      ...['with_others', 'with_themselves', 'with_themselves_kappa', 'left', 'longer', 'reward_model', 'reward_rho'].flatMap(share),
      'trend_z',
      'trend_p',
    ],
    rows: people.map(
      ({ id, judgements, medianSeconds, pace, accuracy, others, themselves, position, length, rewardModel, scores, drift }) => {
        const [left, longer] = [position, length].map((bias) => (bias.ok ? bias.value : null)) as [Bias | null, Bias | null];
        const again = themselves.ok ? themselves.value : null;
        const kappa = again?.kappa.ok ? again.kappa.value : null;
        const shares = [
          ...[others, again].flatMap((of) => interval(of, of?.share)),
          ...interval(kappa, kappa?.kappa),
          ...[left, longer, rewardModel].flatMap((of) => interval(of, of?.share)),
          ...(scores?.ok ? interval(scores.value, scores.value.rho) : interval(null, undefined)),
        ];
        const trend = drift.ok ? drift.value.trend : null;
        return [inEnglish(names, id), judgements, medianSeconds, pace, accuracy, ...shares, trend?.z ?? null, trend?.p ?? null];
      },
    ),
  };
}

async function leaderboard(actor: Actor, input: Input): Promise<CsvTable> {
  const { board } = await leaderboardReport(actor, parse(leaderboardSchema, input));
  const standings = board.ok ? board.value.standings : [];
  return {
    columns: ['rank', 'model', 'strength', 'low', 'high', 'share', 'won', 'lost', 'tied'],
    rows: standings.map(({ rank, model, logStrength, interval: { low, high }, score, wins, losses, ties }) =>
      [rank, model, logStrength, low, high, score, wins, losses, ties]), // prettier-ignore
  };
}

async function winRates(actor: Actor, input: Input): Promise<CsvTable> {
  const { models, cells } = (await leaderboardReport(actor, parse(leaderboardSchema, input))).matrix;
  return {
    columns: ['model', 'against', 'win_rate', 'low', 'high', 'comparisons'],
    rows: models.flatMap((model, i) =>
      models.flatMap((against, j) => {
        const cell = cells[i]![j];
        return cell ? [[model, against, cell.winRate, cell.low, cell.high, cell.comparisons]] : [];
      }),
    ),
  };
}

const inEnglish = (names: Names, id: string): string => spoken(names[id]!, (number) => `Annotator ${number}`);
