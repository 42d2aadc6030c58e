/**
 * How well scores predict which of two responses people prefer: accuracy, in groups too, and calibration (Guo et al. 2017, eq. 1–3).
 * A pair is its *lead*: raw score of the preferred response minus that of the other, so that exchanging the sides changes nothing.
 * Under Bradley and Terry the model's confidence in its own choice is σ(|lead|), and it is right where the lead is positive.
 */

/** 1, 0, or ½ where both responses score the same. */
const isRight = (lead: number): number => (lead > 0 ? 1 : lead < 0 ? 0 : 0.5);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Share of pairs that the scores order as people did. NaN without pairs. */
export const accuracyOf = (leads: readonly number[]): number => mean(leads.map(isRight));

/** Mean of −log σ(lead), nats. NaN without pairs. */
export const pairwiseLossOf = (leads: readonly number[]): number =>
  mean(leads.map((lead) => Math.log1p(Math.exp(-Math.abs(lead))) + Math.max(0, -lead)));

export type ReliabilityBin = { from: number; to: number; pairs: number; confidence: number; accuracy: number };

/** Accuracy by confidence, in `numBins` equal parts of ½ … 1; parts without a pair are left out. */
export function reliability(leads: readonly number[], numBins = 5): ReliabilityBin[] {
  const width = 0.5 / numBins;
  const bins = Array.from({ length: numBins }, () => [] as { confidence: number; right: number }[]);
  for (const lead of leads) {
    const confidence = 1 / (1 + Math.exp(-Math.abs(lead)));
    bins[Math.min(numBins - 1, Math.floor((confidence - 0.5) / width))]!.push({ confidence, right: isRight(lead) });
  }
  return bins.flatMap((bin, i) =>
    bin.length === 0
      ? []
      : [
          {
            from: 0.5 + i * width,
            to: 0.5 + (i + 1) * width,
            pairs: bin.length,
            confidence: mean(bin.map((one) => one.confidence)),
            accuracy: mean(bin.map((one) => one.right)),
          },
        ],
  );
}

/** Expected calibration error: how far accuracy is from confidence, averaged over pairs. 0 … 1; NaN without pairs. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const pairs = bins.reduce((sum, bin) => sum + bin.pairs, 0);
  return bins.reduce((sum, bin) => sum + bin.pairs * Math.abs(bin.accuracy - bin.confidence), 0) / pairs;
}

/** Leads by group; one pair may belong to several. */
export function groupLeads<P>(pairs: readonly P[], leadOf: (pair: P) => number, groupsOf: (pair: P) => string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const pair of pairs) {
    for (const group of new Set(groupsOf(pair))) groups.set(group, [...(groups.get(group) ?? []), leadOf(pair)]);
  }
  return groups;
}
