/**
 * What raters make of the classes that units truly have, and which class each unit has, from their labels alone (Dawid and Skene 1979,
 * Applied Statistics 28). EM: posteriors of units from priors and confusion matrices (eq. 2.5), those from the posteriors (eq. 2.3, 2.4),
 * from the shares of votes on (section 3), which also guards against classes that change places. Ratings may be missing; all of a
 * rater's labels of a unit count, repeats too. Departure: each row of a confusion matrix begins with `smoothing` labels of every class
 * (a Dirichlet prior), without which a rater of three labels is taken to be infallible; 0 is maximum likelihood, as published.
 */
import { computed, type Computed } from '../statistics/computed';
import { identifiabilityNotes, type IdentifiabilityNote } from './identifiability';
import { oneCategory, overlapOf } from './overlap';
import type { Rating, Value } from './ratings';

export type DawidSkeneOptions = {
  /** All classes, where some may not have been given yet, or in an order of your own (default: those given, sorted). */
  classes?: readonly Value[];
  /** Labels of each class that every row of a confusion matrix begins with (default: one label in all, 1 / classes). */
  smoothing?: number;
  maxIterations?: number;
};

export type RaterReliability = {
  rater: string;
  labels: number;
  /** Row true class, column label: P(label | class). Null for a class this rater has met no unit of. */
  confusion: (number[] | null)[];
  /** Probability that a label of this rater is the true class, over the classes met, as common as they are. */
  accuracy: number;
  /** Mutual information of label and class, in nats: 0 for someone who answers whatever is there, however often that is right. */
  information: number;
};

export type UnitConsensus = {
  unit: string;
  labels: number;
  /** P(class | all labels), in the order of `classes`. */
  posterior: number[];
  /** The likeliest class. */
  value: Value;
};

export type DawidSkene = {
  classes: Value[];
  /** How common each class is. */
  priors: number[];
  units: UnitConsensus[];
  raters: RaterReliability[];
  iterations: number;
  converged: boolean;
  /** Of the labels, in nats, without the prior's part. */
  logLikelihood: number;
  /** What speaks against taking the figures at face value; empty where nothing does. */
  notes: IdentifiabilityNote[];
};

const TOLERANCE = 1e-10;

export function dawidSkene(ratings: readonly Rating[], options: DawidSkeneOptions = {}): Computed<DawidSkene> {
  const overlap = overlapOf(ratings);
  if (!overlap.ok) return overlap;
  const given = [...new Set(ratings.map(({ value }) => value))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (given.length === 1) return oneCategory(given[0]);
  const classes = [...(options.classes ?? given)];
  const stray = given.find((value) => !classes.includes(value));
  if (stray !== undefined) throw new RangeError(`${JSON.stringify(stray)} was given, but is not one of the classes.`);
  const labels = index(ratings, classes);
  const { smoothing = 1 / classes.length, maxIterations = 2000 } = options;

  let posteriors = shareOfVotes(labels);
  let [iterations, converged, before] = [0, false, -Infinity];
  for (;;) {
    const parameters = maximisation(labels, posteriors, smoothing);
    const { logLikelihood, ...next } = expectation(labels, parameters);
    posteriors = next.posteriors;
    const objective = logLikelihood + smoothing * parameters.logPrior;
    converged = objective - before < TOLERANCE * (1 + Math.abs(objective));
    before = objective;
    iterations++;
    if (!converged && iterations < maxIterations) continue;
    const units = consensus(labels, posteriors);
    const raters = labels.raters.map((rater, r) => reliability(rater, r, labels, parameters));
    const notes = identifiabilityNotes({ ratings, classes, priors: parameters.priors, raters, converged, iterations });
    return computed({ classes, priors: parameters.priors, units, raters, iterations, converged, logLikelihood, notes });
  }
}

/** Three columns, a row a label. */
type Labels = {
  classes: Value[];
  units: string[];
  raters: string[];
  unit: Int32Array;
  rater: Int32Array;
  label: Int32Array;
};

function index(ratings: readonly Rating[], classes: Value[]): Labels {
  const units = [...new Set(ratings.map(({ unit }) => unit))];
  const raters = [...new Set(ratings.map(({ rater }) => rater))];
  const place = <T>(items: readonly T[]) => new Map(items.map((item, i) => [item, i]));
  const [unitAt, raterAt, classAt] = [place(units), place(raters), place(classes)];
  return {
    classes,
    units,
    raters,
    unit: Int32Array.from(ratings, ({ unit }) => unitAt.get(unit)!),
    rater: Int32Array.from(ratings, ({ rater }) => raterAt.get(rater)!),
    label: Int32Array.from(ratings, ({ value }) => classAt.get(value)!),
  };
}

/** (units × classes) */
function shareOfVotes({ classes, units, unit, label }: Labels): Float64Array {
  const k = classes.length;
  const votes = new Float64Array(units.length * k);
  unit.forEach((u, row) => votes[u * k + label[row]!]!++);
  return normaliseRows(votes, k);
}

type Parameters = {
  priors: number[];
  /** (raters × classes × labels); a row sums to 1, or is 0 throughout where the rater met no unit of the class. */
  confusion: Float64Array;
  /** Sum of the logarithms of all entries of the rows that are there: the prior's part of the objective, per smoothing label. */
  logPrior: number;
};

function maximisation({ classes, units, raters, unit, rater, label }: Labels, posteriors: Float64Array, smoothing: number): Parameters {
  const k = classes.length;
  const priors = classes.map((_, c) => units.reduce((sum, __, u) => sum + posteriors[u * k + c]!, 0) / units.length);
  const confusion = new Float64Array(raters.length * k * k);
  for (let row = 0; row < unit.length; row++)
    for (let c = 0; c < k; c++) confusion[(rater[row]! * k + c) * k + label[row]!]! += posteriors[unit[row]! * k + c]!;
  let logPrior = 0;
  for (let start = 0; start < confusion.length; start += k) {
    const counts = confusion.subarray(start, start + k);
    const met = counts.reduce((a, b) => a + b, 0);
    if (met < 1e-9) counts.fill(0);
    else
      counts.forEach((n, l) => {
        counts[l] = (n + smoothing) / (met + k * smoothing);
        if (smoothing > 0) logPrior += Math.log(counts[l]!);
      });
  }
  return { priors, confusion, logPrior };
}

function expectation({ classes, units, unit, rater, label }: Labels, { priors, confusion }: Parameters) {
  const k = classes.length;
  const logs = new Float64Array(units.length * k);
  const logPriors = priors.map(Math.log);
  for (let u = 0; u < units.length; u++) logs.set(logPriors, u * k);
  for (let row = 0; row < unit.length; row++)
    for (let c = 0; c < k; c++) logs[unit[row]! * k + c]! += Math.log(confusion[(rater[row]! * k + c) * k + label[row]!]!);
  let logLikelihood = 0;
  for (let start = 0; start < logs.length; start += k) {
    const row = logs.subarray(start, start + k);
    const top = Math.max(...row);
    logLikelihood += top + Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
    row.forEach((x, c) => {
      row[c] = Math.exp(x - top);
    });
  }
  return { posteriors: normaliseRows(logs, k), logLikelihood };
}

function normaliseRows(values: Float64Array, k: number): Float64Array {
  for (let start = 0; start < values.length; start += k) {
    const row = values.subarray(start, start + k);
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((x, c) => {
      row[c] = x / sum;
    });
  }
  return values;
}

function consensus({ classes, units, unit }: Labels, posteriors: Float64Array): UnitConsensus[] {
  const k = classes.length;
  const labels = new Int32Array(units.length);
  for (const u of unit) labels[u]!++;
  return units.map((name, u) => {
    const posterior = [...posteriors.subarray(u * k, (u + 1) * k)];
    return { unit: name, labels: labels[u]!, posterior, value: classes[posterior.indexOf(Math.max(...posterior))]! };
  });
}

function reliability(name: string, r: number, { classes, rater }: Labels, { priors, confusion }: Parameters): RaterReliability {
  const k = classes.length;
  const rows = classes.map((_, c) => [...confusion.subarray((r * k + c) * k, (r * k + c + 1) * k)]);
  const isMet = rows.map((row) => row.some((p) => p > 0));
  const met = priors.reduce((sum, prior, c) => sum + (isMet[c] ? prior : 0), 0);
  const weights = priors.map((prior, c) => (isMet[c] ? prior / met : 0));
  const ofLabel = classes.map((_, l) => rows.reduce((sum, row, c) => sum + weights[c]! * row[l]!, 0));
  let [accuracy, information] = [0, 0];
  rows.forEach((row, c) => {
    accuracy += weights[c]! * row[c]!;
    row.forEach((p, l) => {
      if (p > 0 && weights[c]! > 0) information += weights[c]! * p * Math.log(p / ofLabel[l]!);
    });
  });
  return {
    rater: name,
    labels: rater.filter((other) => other === r).length,
    confusion: rows.map((row, c) => (isMet[c] ? row : null)),
    accuracy,
    information: Math.max(0, information),
  };
}
