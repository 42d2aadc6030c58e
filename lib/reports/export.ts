/** What the studio's tables show, as CSV. */
import { z } from 'zod';
import { db } from '@/db/client';
import { audit } from '@/lib/audit';
import type { Bias } from '@/lib/agreement/bias';
import type { CohenKappa } from '@/lib/agreement/cohen-kappa';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { spoken, type Called, type Names } from '@/lib/people/names';
import { listHolds } from '@/lib/quality/holds';
import { listKnownAnswers } from '@/lib/quality/known-answers';
import { listQualifications } from '@/lib/quality/qualifications';
import { agreementReport } from './agreement';
import { annotatorsReport } from './annotators';
import { toCsv, type CsvTable } from './csv';
import { reportSchema } from './filter';
import { leaderboardReport, leaderboardSchema } from './leaderboard';

const reportNames = [
  'agreement',
  'agreement-over-time',
  'annotators',
  'leaderboard',
  'win-rates',
  'style-effects',
  'elo',
  'known-answers',
  'checks',
  'holds',
] as const;
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
const tables = {
  agreement,
  'agreement-over-time': overTime,
  annotators,
  leaderboard,
  'win-rates': winRates,
  'style-effects': styleEffects,
  elo,
  'known-answers': knownAnswers,
  checks,
  holds,
} satisfies Record<(typeof reportNames)[number], unknown>;

async function agreement(actor: Actor, input: Input): Promise<CsvTable> {
  const { pairs, names } = await agreementReport(actor, parse(reportSchema, input));
  return {
    columns: ['rater_1', 'rater_2', 'units', 'same_verdict', 'kappa', 'low', 'high'],
    rows: pairs.map(({ raters, units, share, kappa }) => [
      ...raters.map((id) => inEnglish(names, id)),
      units,
      share,
      ...(kappa.ok ? kappaValues(kappa.value) : [null, null, null]),
    ]),
  };
}

async function overTime(actor: Actor, input: Input): Promise<CsvTable> {
  const { overTime: windows } = await agreementReport(actor, parse(reportSchema, input));
  return {
    columns: ['from', 'to', 'units', 'alpha', 'low', 'high'],
    rows: (windows.ok ? windows.value : []).map(({ from, to, units, alpha }) => {
      const { alpha: value = null, interval = null } = alpha.ok ? alpha.value : {};
      return [time(from), time(to), units, value, interval?.low ?? null, interval?.high ?? null];
    }),
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
          ...(kappa ? kappaValues(kappa) : interval(null, undefined)),
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

async function styleEffects(actor: Actor, input: Input): Promise<CsvTable> {
  const { effects } = await leaderboardReport(actor, parse(leaderboardSchema, input));
  return {
    columns: ['feature', 'log_odds', 'low', 'high'],
    rows: effects.map(({ feature, logOdds, low, high }) => [feature, logOdds, low, high]),
  };
}

async function elo(actor: Actor, input: Input): Promise<CsvTable> {
  const { elo: ratings } = await leaderboardReport(actor, parse(leaderboardSchema, input));
  return { columns: ['model', 'rating'], rows: ratings.map(({ model, rating }) => [model, rating]) };
}

async function knownAnswers(actor: Actor, { projectId }: Input): Promise<CsvTable> {
  const items = await listKnownAnswers(actor, { projectId });
  return {
    columns: ['task', 'prompt', 'purpose', 'response_a', 'response_b', 'expected', 'explanation', 'right', 'answered'],
    rows: items.map(({ taskId, promptText, purpose, textA, textB, expected, explanation, right, answered }) =>
      [taskId, promptText, purpose, textA, textB, expected > 0 ? 'a' : expected < 0 ? 'b' : 'tie', explanation, right, answered]), // prettier-ignore
  };
}

/** How people do on known answers. */
async function checks(actor: Actor, { projectId }: Input): Promise<CsvTable> {
  const { people } = await listQualifications(actor, { projectId });
  return {
    columns: ['person', 'quiz_right', 'quiz_asked', 'attempts', 'passed_at', 'gold_right', 'gold_asked'],
    rows: people.map(({ person, quizRight, quizAsked, attempts, passedAt, goldRight, goldAsked }) =>
      [called(person), quizRight, quizAsked, attempts, passedAt && time(passedAt), goldRight, goldAsked]), // prettier-ignore
  };
}

async function holds(actor: Actor, { projectId }: Input): Promise<CsvTable> {
  return {
    columns: ['person', 'level', 'rule', 'evidence', 'started_at', 'started_by', 'ended_at', 'ended_by'],
    rows: (await listHolds(actor, { projectId })).map(({ person, level, evidence, startedAt, startedBy, endedAt, endedBy }) => {
      const { rule, ...found } = evidence;
      const by = (reviewer: Called | null) => reviewer && called(reviewer);
      return [called(person), level, rule, JSON.stringify(found), time(startedAt), by(startedBy), endedAt && time(endedAt), by(endedBy)];
    }),
  };
}

const time = (at: Date | number): string => new Date(at).toISOString();

const kappaValues = ({ kappa, interval }: CohenKappa) => [
  kappa,
  ...(interval.ok ? [interval.value.low, interval.value.high] : [null, null]),
];

const called = (person: Called): string => spoken(person, (number) => `Annotator ${number}`);
const inEnglish = (names: Names, id: string): string => called(names[id]!);
