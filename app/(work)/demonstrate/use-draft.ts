'use client';
/**
 * A response that is being written. Every keystroke is kept on the device, and a second later on the server, so that it can be
 * taken up anywhere. When another tab or device has saved a newer text meanwhile, nothing is overwritten: both are shown.
 */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { isSuccess, request } from '../../http';
import type { WorkItem } from '../use-task-feed';

export type Draft = { text: string; revision: number };
/** The device's copy, kept until the response is handed in. `isSaved`: the server had this text at this revision. */
type KeptDraft = Draft & { isSaved: boolean };
export type DraftState = 'saved' | 'unsaved' | 'on-device';

const saveAfterMilliseconds = 1000;
const retryMilliseconds = 5000;

const storageKey = (userId: string, taskId: string) => `heed:draft:${userId}:${taskId}`;

function readKept(key: string): KeptDraft | null {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? 'null') as KeptDraft | null;
  } catch {
    return null;
  }
}

function keep(key: string, draft: KeptDraft | null): void {
  try {
    if (draft) window.localStorage.setItem(key, JSON.stringify(draft));
    else window.localStorage.removeItem(key);
  } catch {
    // Storage is full or forbidden: the server's copy remains.
  }
}

type Start = { draft: KeptDraft; newer: Draft | null };

/** The newest text there is. When both copies have gone on separately, the device's, with the server's beside it. */
function startOf(server: Draft, kept: KeptDraft | null): Start {
  if (!kept || kept.text === server.text || (kept.isSaved && server.revision > kept.revision))
    return { draft: { ...server, isSaved: true }, newer: null };
  return { draft: kept, newer: server.revision > kept.revision ? server : null };
}

/** For one item: mount anew for the next. */
export function useDraft(item: WorkItem, userId: string) {
  const key = storageKey(userId, item.task.id);
  const [start] = useState(() => startOf(item.draft ?? { text: '', revision: 0 }, readKept(key)));
  const [text, setText] = useState(start.draft.text);
  const [newer, setNewer] = useState(start.newer);
  const [state, setState] = useState<DraftState>(start.draft.isSaved ? 'saved' : 'on-device');
  const revision = useRef(start.draft.revision);
  const savedText = useRef(start.draft.isSaved ? start.draft.text : (item.draft?.text ?? ''));
  const isSaving = useRef(false);
  const isDone = useRef(false);

  const save = useEffectEvent(async (isLeaving: boolean) => {
    if (isDone.current || newer || text === savedText.current || (isSaving.current && !isLeaving)) return;
    isSaving.current = true;
    const sent = text;
    const reply = await request(
      'PUT',
      `/api/v1/leases/${item.lease.id}/draft`,
      { text: sent, revision: revision.current },
      { keepalive: isLeaving },
    );
    isSaving.current = false;
    if (isDone.current) return;
    const theirs = reply.status === 409 ? (reply.details.newer as Draft | undefined) : undefined;
    if (isSuccess(reply) || theirs?.text === sent) {
      // The same text twice, e.g. from just before a reload, is no conflict.
      revision.current = theirs?.revision ?? (reply.data as { revision: number }).revision;
      savedText.current = sent;
      if (readKept(key)?.text !== sent) return;
      keep(key, { text: sent, revision: revision.current, isSaved: true });
      setState('saved');
    } else if (theirs) {
      setNewer(theirs);
    } else setState('on-device');
  });

  useEffect(() => {
    const timer = setTimeout(() => void save(false), saveAfterMilliseconds);
    return () => clearTimeout(timer);
  }, [text, newer]);

  useEffect(() => {
    const retry = setInterval(() => void save(false), retryMilliseconds);
    const leave = () => void (document.visibilityState === 'hidden' && save(true));
    document.addEventListener('visibilitychange', leave);
    window.addEventListener('pagehide', leave);
    return () => {
      clearInterval(retry);
      document.removeEventListener('visibilitychange', leave);
      window.removeEventListener('pagehide', leave);
      void save(true);
    };
  }, []);

  const write = (next: string) => {
    const isSaved = next === savedText.current;
    setText(next);
    setState(isSaved ? 'saved' : 'unsaved');
    keep(key, { text: next, revision: revision.current, isSaved });
  };

  return {
    text,
    write,
    state,
    newer,
    /** Goes on with `chosen`, knowing of the newer text; the next save replaces it on the server. */
    resolve: (chosen: string) => {
      if (newer) revision.current = newer.revision;
      savedText.current = newer?.text ?? savedText.current;
      setNewer(null);
      write(chosen);
    },
    /** The response has been handed in: the draft is no longer needed. */
    finish: () => {
      isDone.current = true;
      keep(key, null);
    },
  };
}
