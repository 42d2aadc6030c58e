'use client';
/**
 * A response that is being written. Every keystroke is kept on the device, and a second later on the server, so that it can be
 * taken up anywhere. When another tab or device has saved a newer text meanwhile, nothing is overwritten: both are shown.
 */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { isSuccess, randomKey, request } from '../http';
import { copiesOf, copyKey, keepCopy, startOf, type CopyStorage, type Draft } from './draft-copies';
import type { WorkItem } from './use-task-feed';

/** `here`: on this device alone, as it is meant to be. */
export type DraftState = 'saved' | 'unsaved' | 'here' | 'on-device' | 'signed-out';

const saveAfterMilliseconds = 1000;
const retryMilliseconds = 5000;

/** A browser may forbid storage altogether; then texts live in memory and on the server. */
function deviceStorage(): CopyStorage {
  try {
    return window.localStorage;
  } catch {
    return { length: 0, key: () => null, getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}

type Text = Pick<Draft, 'text' | 'from'>;
const nothing: Text = { text: '', from: null };

const isSame = (a: Text, b: Text) => a.text === b.text && a.from === b.from;

/** For one item: mount anew for the next. `begin`: see startOf(). */
export function useDraft(item: WorkItem, userId: string, begin?: Text) {
  const [storage] = useState(deviceStorage);
  const [key] = useState(() => copyKey(userId, item.task.id, randomKey()));
  const [start] = useState(() => startOf(item.draft ?? null, copiesOf(storage, userId, item.task.id), begin));
  const [draft, setDraft] = useState<Text>(start.draft);
  const [beside, setBeside] = useState(start.beside);
  const [state, setState] = useState<DraftState>(start.isSaved || isSame(start.draft, begin ?? nothing) ? 'saved' : 'on-device');
  const revision = useRef(start.draft.revision);
  // What is begun with is nobody's work yet: as good as saved.
  const blank = begin ?? nothing;
  const saved = useRef<Text>(start.isSaved || isSame(start.draft, blank) ? start.draft : (item.draft ?? nothing));
  const isSaving = useRef(false);
  const isDone = useRef(false);
  const asideKey = `${key}:aside`;

  const keep = (next: Text, isSaved: boolean) => keepCopy(storage, key, { ...next, revision: revision.current, isSaved, at: Date.now() });

  const save = useEffectEvent(async (isLeaving: boolean) => {
    if (isDone.current || beside.length > 0 || isSame(draft, saved.current) || (isSaving.current && !isLeaving)) return;
    isSaving.current = true;
    const sent = draft;
    const reply = await request(
      'PUT',
      `/api/v1/leases/${item.lease.id}/draft`,
      { ...sent, revision: revision.current },
      { keepalive: isLeaving },
    );
    isSaving.current = false;
    if (isDone.current) return;
    const theirs = reply.status === 409 ? (reply.details.newer as Draft | undefined) : undefined;
    if (isSuccess(reply) || (theirs && isSame(theirs, sent))) {
      // The same text twice, e.g. from just before a reload, is no conflict.
      revision.current = theirs?.revision ?? (reply.data as { revision: number }).revision;
      saved.current = sent;
      const mine = copiesOf(storage, userId, item.task.id).find((one) => one.key === key)?.copy;
      if (mine && !isSame(mine, sent)) return;
      keep(sent, true);
      setState('saved');
    } else if (theirs) setBeside([theirs]);
    else setState(reply.status === 401 ? 'signed-out' : 'on-device');
  });

  /** What was taken up is from now on this writer's. */
  const takeUp = useEffectEvent(() => {
    if (!start.isSaved && !isSame(start.draft, blank)) keep(start.draft, false);
    const adopted = copiesOf(storage, userId, item.task.id).filter((one) => one.key !== key && one.copy.text === start.draft.text);
    for (const spent of [...start.spent, ...adopted.map((one) => one.key)]) keepCopy(storage, spent, null);
  });
  useEffect(() => takeUp(), []);

  useEffect(() => {
    const timer = setTimeout(() => void save(false), saveAfterMilliseconds);
    return () => clearTimeout(timer);
  }, [draft, beside]);

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

  const write = (text: string, from: Draft['from'] = draft.from) => {
    const next = { text, from };
    const isSaved = isSame(next, saved.current);
    setDraft(next);
    setState(isSaved ? 'saved' : 'unsaved');
    keep(next, isSaved);
  };

  return {
    ...draft,
    write,
    state,
    /** Another text that there is; nothing is saved before the person has decided. */
    newer: beside[0] ?? null,
    /** Goes on with `chosen`, knowing of the other text. */
    resolve: (chosen: string) => {
      const [other, ...rest] = beside;
      if (!other) return;
      if (other.key) keepCopy(storage, other.key, null);
      else {
        revision.current = Math.max(revision.current, other.revision);
        saved.current = other;
      }
      setBeside(rest);
      write(chosen, chosen === other.text ? other.from : draft.from);
    },
    /** Goes on with another text; the one so far stays on the device, shown beside when the task is opened again. */
    putAside: (next: Text) => {
      keepCopy(
        storage,
        asideKey,
        draft.text.trim() === '' ? null : { ...draft, revision: revision.current, isSaved: false, at: Date.now() },
      );
      write(next.text, next.from);
    },
    current: (): Draft => ({ ...draft, revision: revision.current }),
    /** The response has been handed in: the device's copies are no longer needed. */
    finish: () => {
      isDone.current = true;
      keepCopy(storage, key, null);
      keepCopy(storage, asideKey, null);
    },
  };
}
