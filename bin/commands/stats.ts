/** `heed stats`: agreement and rankings of any table, for people who want the figures without the platform. Needs no database. */
import { cohenKappaByPair, type CohenKappa, type KappaWeights } from '@/lib/agreement/cohen-kappa';
import { fleissKappa } from '@/lib/agreement/fleiss-kappa';
import { krippendorffAlpha, type AlphaMetric } from '@/lib/agreement/krippendorff-alpha';
import type { Rating } from '@/lib/agreement/ratings';
import { HeedError } from '@/lib/errors';
import { bradleyTerry, type TieModel } from '@/lib/ranking/bradley-terry';
import { betweenModels, countPairs, type Comparison, type Outcome } from '@/lib/ranking/comparisons';
import { components } from '@/lib/ranking/connectedness';
import type { Interval } from '@/lib/statistics/interval';
import { print, table } from '../output';
import { readColumns, type Row } from '../table-file';

type RatingColumns = { unit: string; rater: string; value: string; order?: string[] };

/** Rows without a value are missing ratings. @param isNumber what the figure needs of values that have no order given */
async function readRatings(file: string, { unit, rater, value, order }: RatingColumns, isNumber: boolean) {
  const rows = await readColumns(file, [unit, rater, value]);
  const given = rows.filter(({ values }) => values[2] !== '');
  const ratings = given.map(({ line, values }): Rating => {
    const [ofUnit, ofRater, ofValue] = values as [string, string, string];
    if (ofUnit === '' || ofRater === '')
      throw new HeedError('invalid', `${file}, line ${line}: the column "${ofUnit === '' ? unit : rater}" is empty.`);
    const where = `${file}, line ${line}: "${ofValue}" in the column "${value}"`;
    if (order && !order.includes(ofValue)) throw new HeedError('invalid', `${where} is not in the order given: ${order.join(', ')}.`);
    if (!isNumber || order) return { unit: ofUnit, rater: ofRater, value: ofValue };
    if (/^[-+]?\d+,\d+$/.test(ofValue))
      throw new HeedError('invalid', `${where} is not a number. Write it with a point: ${ofValue.replace(',', '.')}.`);
    if (!Number.isFinite(Number(ofValue)))
      throw new HeedError(
        'invalid',
        `${where} is not a number. Categories that are words need their order, least first: --order bad,fair,good.`,
      );
    return { unit: ofUnit, rater: ofRater, value: Number(ofValue) };
  });
  return { ratings, missing: rows.length - given.length };
}

type Output = { json?: boolean };
type Resampling = { bootstrap?: number; seed: number };

export async function alphaCommand(file: string, options: RatingColumns & Resampling & Output & { metric: AlphaMetric }): Promise<void> {
  const { metric, order, bootstrap = 0, seed } = options;
  const { ratings, missing } = await readRatings(file, options, metric !== 'nominal');
  const result = krippendorffAlpha(ratings, { metric, order, bootstrap, seed });
  if (!result.ok) {
    print(options.json, { metric, alpha: null, code: result.code, reason: result.reason, missing }, [
      `α cannot be computed, because ${result.reason}.`,
    ]);
    return;
  }
  const { interval, ...found } = result.value;
  const resampling = interval
    ? { low: interval.low, high: interval.high, replicates: interval.replicates, seed }
    : { low: null, high: null };
  print(options.json, { ...found, ...resampling, missing }, [
    `Krippendorff’s α (${metric}): ${digits(found.alpha)}${interval ? `, 95 % interval ${range(interval)} (${interval.replicates} bootstrap samples of units)` : ''}`,
    `${found.ratings} ratings of ${counted(found.units, 'unit')} by ${found.raters} raters.`,
    ...(found.singleUnits > 0 ? [leftOut(found.singleUnits, 'unit was rated once and does', 'units were rated once and do')] : []),
    ...(missing > 0 ? [leftOut(missing, 'empty value does', 'empty values do')] : []),
  ]);
}

export async function kappaCommand(file: string, options: RatingColumns & Output & { weights: KappaWeights }): Promise<void> {
  const { weights, order } = options;
  const { ratings, missing } = await readRatings(file, options, weights !== 'none');
  const fleiss = fleissKappa(ratings);
  const pairs = cohenKappaByPair(ratings, { weights, order });
  const flat = pairs.map(({ kappa, ...pair }) => ({
    ...pair,
    ...(kappa.ok ? withInterval(kappa.value) : { kappa: null, code: kappa.code, reason: kappa.reason }),
  }));
  const value = {
    fleiss: fleiss.ok ? fleiss.value : { kappa: null, code: fleiss.code, reason: fleiss.reason },
    weights,
    cohen: flat,
    missing,
  };
  const shown = flat
    .slice(0, MAX_PAIRS)
    .map((pair) => [
      ...pair.raters,
      pair.units,
      pair.kappa === null ? 'none' : digits(pair.kappa),
      pair.kappa === null ? pair.reason : pair.low === null ? `none, because ${pair.reason}` : range(pair),
    ]);
  print(options.json, value, [
    fleiss.ok
      ? `Fleiss’ κ: ${digits(fleiss.value.kappa)} (observed agreement ${digits(fleiss.value.observed)}, by chance ${digits(fleiss.value.expected)}; ${counted(fleiss.value.units, 'unit')}, ${fleiss.value.raters} raters)`
      : `Fleiss’ κ cannot be computed, because ${fleiss.reason}.`,
    ...(flat.length > 0
      ? [
          `Cohen’s κ of ${counted(flat.length, 'pair')} of raters, weights: ${weights}`,
          ...table(['RATER', 'RATER', 'UNITS', 'KAPPA', '95 %'], shown),
        ]
      : []),
    ...(flat.length > MAX_PAIRS ? [`… and ${flat.length - MAX_PAIRS} pairs more; --json has them all.`] : []),
  ]);
}

function withInterval({ interval, ...found }: CohenKappa) {
  if (interval.ok) return { ...found, ...interval.value };
  return { ...found, low: null, high: null, standardError: null, code: interval.code, reason: interval.reason };
}

const MAX_PAIRS = 30;

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

type ComparisonColumns = { left: string; right: string; winner: string; leftValue: string; rightValue: string; tieValue: string[] };

/** Rows without a winner are left out. A winner may also be the model's own name. */
async function readComparisons(file: string, { left, right, winner, ...words }: ComparisonColumns) {
  const rows = await readColumns(file, [left, right, winner]);
  const judged = rows.filter(({ values }) => values[2] !== '');
  const outcomeOf = ({ line, values }: Row): Outcome => {
    const [ofLeft, ofRight, word] = values as [string, string, string];
    if (word === words.leftValue) return 1;
    if (word === words.rightValue) return 0;
    if (words.tieValue.includes(word)) return 0.5;
    if (word === ofLeft && word !== ofRight) return 1;
    if (word === ofRight && word !== ofLeft) return 0;
    throw new HeedError(
      'invalid',
      `${file}, line ${line}: "${word}" in the column "${winner}" is neither "${words.leftValue}", "${words.rightValue}" nor "${words.tieValue.join('", "')}", nor one of the two models. Say what it means with --left-value, --right-value or --tie-value.`,
    );
  };
  const comparisons = judged.map((row): Comparison => {
    const [ofLeft, ofRight] = row.values as [string, string, string];
    if (ofLeft === '' || ofRight === '')
      throw new HeedError('invalid', `${file}, line ${row.line}: the column "${ofLeft === '' ? left : right}" is empty.`);
    return { left: ofLeft, right: ofRight, outcome: outcomeOf(row) };
  });
  return { comparisons, missing: rows.length - judged.length };
}

export async function bradleyTerryCommand(
  file: string,
  options: ComparisonColumns & Resampling & Output & { ties: TieModel },
): Promise<void> {
  const { bootstrap = 0, seed, ties, json } = options;
  const { comparisons, missing } = await readComparisons(file, options);
  const result = bradleyTerry(comparisons, { ties, bootstrap, seed });
  if (!result.ok) {
    const { code, reason } = result;
    const groups = code === 'disconnected' || code === 'separated' ? components(countPairs(betweenModels(comparisons))) : [];
    print(json, { ties, models: null, code, reason, groups, missing }, [`Strengths cannot be computed, because ${reason}.`]);
    return;
  }
  const { standings, ...board } = result.value;
  const { intervals } = board;
  const rows = standings.map(({ rank, model, score, logStrength, interval, wins, losses, ties: tied }) => [
    rank,
    model,
    digits(score),
    digits(logStrength),
    range(interval),
    wins,
    losses,
    tied,
  ]);
  const source =
    intervals.kind === 'fisher'
      ? 'intervals from the Fisher information'
      : `intervals from ${intervals.replicates} bootstrap samples, seed ${intervals.seed}${intervals.failed ? `; ${intervals.failed} of them had no solution` : ''}`;
  print(json, { ...board, models: standings, missing }, [
    ...table(['RANK', 'MODEL', 'SCORE', 'LOG-STRENGTH', '95 %', 'WON', 'LOST', 'TIED'], rows),
    `${board.comparisons} comparisons, ties ${ties === 'half' ? 'as halves' : `by Davidson’s model (ν = ${digits(board.tieParameter!)})`}; ${source}.`,
    ...(board.selfComparisons > 0
      ? [leftOut(board.selfComparisons, 'comparison of a model with itself does', 'comparisons of a model with itself do')]
      : []),
    ...(missing > 0 ? [leftOut(missing, 'row without a winner does', 'rows without a winner do')] : []),
  ]);
}

const leftOut = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many} not count.`;
const digits = (x: number): string => x.toFixed(3);
const range = ({ low, high }: Interval): string => `${digits(low)} … ${digits(high)}`;
