/**
 * What the members of a reward model's ensemble disagree about. Raw scores of members are not comparable (the pairwise loss leaves
 * each its own zero, and its own scale is what it learned), so each is normalised by its own moments on the reference samples first.
 */

/** Of each member, on the reference samples. */
export type MemberMoments = { means: readonly number[]; stds: readonly number[] };

/**
 * Standard deviation (n − 1) over members of their normalised scores, in units of the reward; 0 with a single member.
 * @param members raw scores, one array of all members a text
 */
export function uncertaintyOf(members: readonly ArrayLike<number>[], { means, stds }: MemberMoments): number[] {
  return members.map((raw) => {
    const scores = Array.from(raw, (score, k) => (score - means[k]!) / stds[k]!);
    if (scores.length < 2) return 0;
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    return Math.sqrt(scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / (scores.length - 1));
  });
}

/** Mean and standard deviation (n), the latter at least 1e-3, so that one score repeated divides by something. */
export function momentsOf(values: ArrayLike<number>): { mean: number; std: number } {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const variance = all.reduce((sum, s) => sum + (s - mean) ** 2, 0) / all.length;
  return { mean, std: Math.max(1e-3, Math.sqrt(variance)) };
}
