/**
 * What a person has set of a task and not yet submitted, kept by its lease for as long as the tab is open: a reload, or signing in again, loses
 * nothing. Of one tab alone, so that two never overwrite each other's.
 */
export type Kept<Judgement> = { leaseId: string; judgement: Judgement | undefined; reason: string };

const keyOf = (leaseId: string) => `heed:judgement:${leaseId}`;

/** Nothing set where nothing was kept, or where storage is forbidden. */
export function readKept<Judgement>(leaseId: string): Kept<Judgement> {
  const nothing = { leaseId, judgement: undefined, reason: '' };
  if (leaseId === '') return nothing;
  try {
    const stored = window.sessionStorage.getItem(keyOf(leaseId));
    return stored === null ? nothing : (JSON.parse(stored) as Kept<Judgement>);
  } catch {
    return nothing;
  }
}

export function keep(kept: Kept<unknown>): void {
  try {
    window.sessionStorage.setItem(keyOf(kept.leaseId), JSON.stringify(kept));
  } catch {
    // Storage is full or forbidden: it lives on the page only.
  }
}

export function forget(leaseId: string): void {
  try {
    window.sessionStorage.removeItem(keyOf(leaseId));
  } catch {
    // It was never stored.
  }
}
