/**
 * Whether a model of raters' errors can be told from its labels, and whether its classes mean what they are called. Kruskal (1977): three
 * labels a unit, by different raters, identify such a model up to the names of its classes; with two there are many that fit alike.
 */
import { groupBy, type Rating, type Value } from './ratings';

export type IdentifiabilityNote = {
  code: 'not-converged' | 'fewer-than-three' | 'few-labels' | 'separate-groups' | 'class-switched' | 'rare-class';
  /** A sentence. */
  note: string;
  /** Whom it is about, where it is about some. */
  raters?: string[];
};

type Fit = {
  ratings: readonly Rating[];
  classes: readonly Value[];
  priors: readonly number[];
  raters: readonly { rater: string; labels: number; confusion: readonly (readonly number[] | null)[] }[];
  converged: boolean;
  iterations: number;
};

export function identifiabilityNotes({ ratings, classes, priors, raters, converged, iterations }: Fit): IdentifiabilityNote[] {
  const notes: IdentifiabilityNote[] = [];
  if (!converged) notes.push({ code: 'not-converged', note: `Still improving after ${iterations} iterations.` });

  const byUnit = [...groupBy(ratings, ({ unit }) => unit).values()].map((unit) => [...new Set(unit.map(({ rater }) => rater))]);
  const threefold = byUnit.filter((group) => group.length >= 3).length;
  if (threefold < byUnit.length / 2)
    notes.push({
      code: 'fewer-than-three',
      note: `${threefold} of ${byUnit.length} units have labels by three raters; with fewer, many models fit alike and the start (the majority) decides.`,
    });

  const groups = connectedRaters(byUnit);
  if (groups > 1)
    notes.push({
      code: 'separate-groups',
      note: `The raters fall into ${groups} groups without a unit in common: only the majority compares them.`,
    });

  // A confusion matrix has K(K − 1) free entries.
  const needed = classes.length * (classes.length - 1);
  const few = raters.filter(({ labels }) => labels < needed).map(({ rater }) => rater);
  if (few.length > 0)
    notes.push({ code: 'few-labels', raters: few, note: `${few.length} of ${raters.length} raters gave fewer labels than the ${needed} figures their matrix holds.` }); // prettier-ignore

  classes.forEach((name, c) => {
    if (priors[c]! * byUnit.length < 1) {
      notes.push({
        code: 'rare-class',
        note: `Less than one unit is expected to be ${JSON.stringify(name)}: nothing can be learned about it.`,
      });
      return;
    }
    const typical = classes.map((_, label) =>
      raters.reduce((sum, { confusion, labels }) => sum + labels * (confusion[c]?.[label] ?? 0), 0),
    );
    if (typical[c]! < Math.max(...typical))
      notes.push({
        code: 'class-switched',
        note: `Units held to be ${JSON.stringify(name)} are mostly called ${JSON.stringify(classes[typical.indexOf(Math.max(...typical))])}: either most raters are wrong about them, or classes have changed places.`,
      });
  });
  return notes;
}

/** How many groups of raters there are, whom chains of common units connect. */
function connectedRaters(units: readonly string[][]): number {
  const parent = new Map<string, string>();
  const root = (rater: string): string => {
    let at = rater;
    while (parent.get(at)! !== at) at = parent.get(at)!;
    return at;
  };
  for (const unit of units) {
    for (const rater of unit) if (!parent.has(rater)) parent.set(rater, rater);
    for (const rater of unit) parent.set(root(rater), root(unit[0]!));
  }
  return [...parent.keys()].filter((rater) => parent.get(rater) === rater).length;
}
