/** How a conversation ended, as it is put together, and the keys of it. Pure. */
import type { RedTeamWords } from '../../words/red-team';

export type Verdict = {
  outcome: 'failed' | 'held' | null;
  category: string | null;
  severity: number | null;
  notes: string;
  correction: string;
  /** At the conversation before this visit. */
  seconds: number;
};

export const noVerdict: Verdict = { outcome: null, category: null, severity: null, notes: '', correction: '', seconds: 0 };

/** In the order of the project's categories, of which there are at most nine. */
export const categoryKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
/** 1 (harmless) … 5 (grave): the row below the digits, where no other key of the page is. */
export const severityKeys = ['q', 'w', 'e', 'r', 't'] as const;

/** What is still to be said; null when it can be sent. */
export function missingOf({ outcome, category, severity }: Verdict, categories: string[], t: RedTeamWords): string | null {
  if (outcome === null) return t.chooseOutcome;
  if (outcome === 'held') return null;
  if (categories.length > 0 && (category === null || !categories.includes(category))) return t.chooseCategory;
  return severity === null ? t.chooseSeverity : null;
}

/** As the server takes it. */
export function bodyOf({ outcome, category, severity, notes, correction }: Verdict) {
  const said = { notes: notes.trim(), ...(correction.trim() && { correction: correction.trim() }) };
  return outcome === 'failed' ? { outcome, ...(category !== null && { category }), severity, ...said } : { outcome, ...said };
}
