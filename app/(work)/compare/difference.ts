/**
 * What stands in one of two texts only, word by word (Myers' shortest edit script over words, npm `diff`). A word is a run of letters and
 * digits, a single sign of a script that is written without spaces, an emoji or a punctuation mark; the space after it belongs to it and is
 * not compared. Pure.
 */
import { diffArrays } from 'diff';

export type Piece = { text: string; isOnlyHere: boolean };
export type Difference = { left: Piece[]; right: Piece[] };

/** In words that are added or taken away. The time grows with its square, whatever the length of the texts. */
const mostChanges = 1500;

const word =
  /(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[\p{L}\p{N}\p{M}_'’]+?(?![\p{L}\p{N}\p{M}_'’])|[^\s])\s*|^\s+/gu;
const wordsOf = (text: string): string[] => text.match(word) ?? [];

/** Null when the texts differ too much to be compared word by word. */
export function differenceOf(left: string, right: string): Difference | null {
  const words = { left: wordsOf(left), right: wordsOf(right) };
  const changes = diffArrays(words.left, words.right, {
    maxEditLength: mostChanges,
    comparator: (a, b) => a.trimEnd() === b.trimEnd(),
  });
  if (!changes) return null;
  const difference: Difference = { left: [], right: [] };
  let [l, r] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (!added) difference.left.push(...piecesOf(words.left.slice(l, (l += count)), removed));
    if (!removed) difference.right.push(...piecesOf(words.right.slice(r, (r += count)), added));
  }
  return difference;
}

/** The space after the last marked word is not marked. */
function piecesOf(words: string[], isOnlyHere: boolean): Piece[] {
  const text = words.join('');
  const end = text.trimEnd().length;
  if (!isOnlyHere || end === text.length || end === 0) return [{ text, isOnlyHere: isOnlyHere && end > 0 }];
  return [
    { text: text.slice(0, end), isOnlyHere },
    { text: text.slice(end), isOnlyHere: false },
  ];
}
