'use client';
/** The newest guidelines of a project, and whether this person has opened them. Asked for on coming back to the tab, too. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { Guidelines } from '@/lib/projects/guidelines';
import { isSuccess, request } from '../http';

/** As JSON gives them. */
type Received = Omit<Guidelines, 'createdAt'>;

export function useGuidelines(slug: string, initialText: string) {
  const [guidelines, setGuidelines] = useState<Received | null>(null);
  const url = `/api/v1/projects/${slug}/guidelines`;

  const load = useEffectEvent(async () => {
    const reply = await request('GET', url);
    if (isSuccess(reply)) setGuidelines(reply.data as Received);
  });
  useEffect(() => {
    void load();
    const again = () => void (document.visibilityState === 'visible' && load());
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, [slug]);

  return {
    text: guidelines?.text ?? initialText,
    version: guidelines?.version ?? 0,
    /** What the person should be told; `null` where they know the newest version. */
    news: guidelines && guidelines.version > guidelines.readVersion ? (guidelines.readVersion === 0 ? 'unread' : 'changed') : null,
    /** The person has opened them. */
    markRead: () => {
      if (!guidelines || guidelines.version <= guidelines.readVersion) return;
      setGuidelines({ ...guidelines, readVersion: guidelines.version });
      void request('POST', `${url}/read`, { version: guidelines.version });
    },
  } as const;
}
