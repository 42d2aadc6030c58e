'use client';
/** Sends a change of an answer through the outbox, so that it arrives once, even over a connection that comes and goes. */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { randomKey } from '../../http';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { useOutbox } from '../outbox-provider';

type Change = {
  path: 'preferences' | 'demonstrations' | 'rankings' | 'ratings';
  id: string;
  body: Record<string, unknown>;
  writing?: string;
};

export function useAmend() {
  const t = useWords(myWorkWords);
  const outbox = useOutbox();
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ text: string; isProblem: boolean } | null>(null);

  /** False when it was not taken. */
  async function amend({ path, id, body, writing }: Change): Promise<boolean> {
    if (isBusy) return false;
    setBusy(true);
    setSaid(null);
    const key = randomKey();
    const url = `/api/v1/${path}/${id}/amend`;
    const answer = { key, url, body: { ...body, idempotencyKey: key }, label: t.amendment, holdUntil: 0, writing };
    const outcome = await outbox().add(answer, true);
    setBusy(false);
    if (outcome.type === 'refused') {
      setSaid({ text: outcome.message, isProblem: true });
      return false;
    }
    setSaid({ text: outcome.type === 'waiting' ? t.kept : t.saved, isProblem: false });
    // Without a connection, reading the page anew would leave it.
    if (outcome.type === 'sent') router.refresh();
    return true;
  }

  return { amend, isBusy, said };
}
