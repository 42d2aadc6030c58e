/**
 * A rating as it is filled in, row by row: the aspects in their order, then whether the response is safe, then, where it is not, what is
 * unsafe about it. Pure.
 */
export type Asked = { aspects: string[]; points: number; safetyCategories: string[] };

export type Rating = {
  /** By aspect, 1 is the worst. */
  grades: Record<string, number>;
  isSafe: boolean | null;
  categories: string[];
  /** The marked row, on which digits act: aspects count from 0, then comes safety, then categories. */
  at: number;
  /** It was submitted too early: what is missing is said. */
  isAsked: boolean;
};

export const emptyRating: Rating = { grades: {}, isSafe: null, categories: [], at: 0, isAsked: false };

export const safetyRow = ({ aspects }: Asked): number => aspects.length;
/** Shown where the response is unsafe and there are any. */
export const categoriesRow = ({ aspects }: Asked): number => aspects.length + 1;
export const hasCategories = ({ safetyCategories }: Asked, { isSafe }: Rating): boolean => isSafe === false && safetyCategories.length > 0;

export const grade = (asked: Asked, rating: Rating, row: number, point: number): Rating => ({
  ...rating,
  grades: { ...rating.grades, [asked.aspects[row]!]: point },
});

/** A safe response falls under no category. Marks the categories where they are asked for. */
export function setSafe(asked: Asked, rating: Rating, isSafe: boolean): Rating {
  const next = { ...rating, isSafe, categories: isSafe ? [] : rating.categories };
  return { ...next, at: hasCategories(asked, next) ? categoriesRow(asked) : safetyRow(asked) };
}

export const toggleCategory = (rating: Rating, name: string): Rating => ({
  ...rating,
  categories: rating.categories.includes(name) ? rating.categories.filter((one) => one !== name) : [...rating.categories, name],
});

/** What a digit does in the marked row; the same rating where it means nothing there. */
export function choose(asked: Asked, rating: Rating, digit: number): Rating {
  if (rating.at < safetyRow(asked))
    return digit <= asked.points ? { ...grade(asked, rating, rating.at, digit), at: rating.at + 1 } : rating;
  if (rating.at === safetyRow(asked)) return digit <= 2 ? setSafe(asked, rating, digit === 1) : rating;
  const name = asked.safetyCategories[digit - 1];
  return name === undefined ? rating : toggleCategory(rating, name);
}

/** Marks the next row (1) or the one before (-1). */
export function go(asked: Asked, rating: Rating, by: -1 | 1): Rating {
  const last = hasCategories(asked, rating) ? categoriesRow(asked) : safetyRow(asked);
  return { ...rating, at: Math.max(0, Math.min(last, rating.at + by)) };
}

/** Rows without which it cannot be submitted. */
export function missingRows(asked: Asked, { grades, isSafe }: Rating): number[] {
  const rows = asked.aspects.flatMap((name, row) => (grades[name] === undefined ? [row] : []));
  return isSafe === null ? [...rows, safetyRow(asked)] : rows;
}
