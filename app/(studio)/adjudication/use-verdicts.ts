'use client';
/**
 * The pairs that are still to be gone through, the one on the screen, and what the server says to a verdict. A pair that is decided leaves
 * the list; one whose verdict is taken back returns to its place.
 */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { isPassing, isSuccess, randomKey, request, type Reply } from '../../http';
import { adjudicationWords } from '../../words/adjudication';
import { useLanguage, useWords } from '../../words/language';
import { refusalInWords } from '../../words/refusals';
import { keyOf, type ShownPair } from './shown-pair';

export type Chosen = { grade: number; isBothBad: boolean; label: string };
/** What is said of one pair before it is sent. */
export type Said = { chosen: Chosen | null; reason: string };
const nothingSaid: Said = { chosen: null, reason: '' };

type Given = { pair: ShownPair; at: number; verdictId: string; said: Said };
export type Message = { text: string; isProblem: boolean };

export function useVerdicts(projectSlug: string, scalePoints: number, initial: ShownPair[]) {
  const t = useWords(adjudicationWords);
  const language = useLanguage();
  const router = useRouter();
  const [pairs, setPairs] = useState(initial);
  const [at, setAt] = useState(0);
  const [said, setSaid] = useState(nothingSaid);
  const [last, setLast] = useState<Given | null>(null);
  const [message, setMessage] = useState<Message>({ text: '', isProblem: false });
  const [isBusy, setBusy] = useState(false);
  /** Of the verdict that is being sent: sent again after a failure it is the same one. */
  const [key, setKey] = useState(randomKey);
  const pair = pairs[at];

  function go(to: number) {
    if (isBusy || to < 0 || to >= pairs.length) return;
    setAt(to);
    setSaid(nothingSaid);
    setMessage({ text: '', isProblem: false });
    setKey(randomKey());
    window.scrollTo({ top: 0 });
  }

  function leaveOut(gone: ShownPair) {
    const rest = pairs.filter((one) => one !== gone);
    setPairs(rest);
    setAt(Math.max(0, Math.min(at, rest.length - 1)));
    setSaid(nothingSaid);
    setKey(randomKey());
    window.scrollTo({ top: 0 });
    if (rest.length === 0) router.refresh();
  }

  const problem = (text: string) => setMessage({ text, isProblem: true });
  const refused = (reply: Reply) => problem(isPassing(reply) ? t.unreachable : refusalInWords(reply, language));

  async function send(url: string, body: object): Promise<Reply> {
    setBusy(true);
    const reply = await request('POST', url, body);
    setBusy(false);
    return reply;
  }

  async function decide() {
    if (!pair || isBusy) return;
    if (!said.chosen) return problem(t.chooseFirst);
    const { label, ...chosen } = said.chosen;
    const { responseAId, responseBId } = pair;
    const verdict = { responseAId, responseBId, ...chosen, scalePoints, reason: said.reason, supersedesId: pair.verdict?.id ?? null };
    const reply = await send(`/api/v1/projects/${projectSlug}/verdicts`, { ...verdict, idempotencyKey: key });
    if (isSuccess(reply)) {
      setLast({ pair, at, verdictId: (reply.data as { verdictId: string }).verdictId, said });
      setMessage({ text: t.given(label), isProblem: false });
      return leaveOut(pair);
    }
    refused(reply);
    // Somebody was faster, or nothing is left to decide.
    if (reply.code === 'conflict') leaveOut(pair);
  }

  /** Of the verdict that was just given, else of that of the pair on the screen. */
  async function takeBack() {
    const verdictId = last?.verdictId ?? pair?.verdict?.id;
    if (!verdictId || isBusy) return;
    const reply = await send(`/api/v1/verdicts/${verdictId}/take-back`, { idempotencyKey: randomKey() });
    if (!isSuccess(reply)) return refused(reply);
    const back = last ?? { pair: pair!, at, said: nothingSaid };
    setPairs(pairs.filter((one) => keyOf(one) !== keyOf(back.pair)).toSpliced(back.at, 0, { ...back.pair, verdict: null }));
    setAt(back.at);
    setSaid(back.said);
    setKey(randomKey());
    setLast(null);
    setMessage({ text: t.takenBack, isProblem: false });
  }

  const canTakeBack = last !== null || Boolean(pair?.verdict);
  return { pairs, pair, at, said, setSaid, go, decide, takeBack, canTakeBack, message, isBusy };
}
