'use client';
/** Finds precedents while one types; before that, those about the prompt on the screen come first. */
import { useEffect, useState } from 'react';
import type { Precedent } from '@/lib/questions/question';
import { Input } from '../components/field';
import { isSuccess, request } from '../http';
import { useNumber, useWords } from '../words/language';
import { questionWords } from '../words/questions';
import { PrecedentList } from './precedent-list';

const most = 20;
const restMilliseconds = 250;

export function PrecedentSearch({ slug, promptId }: { slug: string; promptId?: string }) {
  const t = useWords(questionWords);
  const number = useNumber();
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<{ typed: string; precedents: Precedent[] | null } | null>(null);

  useEffect(() => {
    let isStale = false;
    const look = async () => {
      const query = new URLSearchParams({ search: typed.trim(), limit: String(most), ...(promptId && { promptId }) });
      const reply = await request('GET', `/api/v1/projects/${slug}/precedents?${query}`);
      const precedents = isSuccess(reply) ? (reply.data as { precedents: Precedent[] }).precedents : null;
      if (!isStale) setFound({ typed: typed.trim(), precedents });
    };
    const timer = setTimeout(() => void look(), typed ? restMilliseconds : 0);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [slug, promptId, typed]);

  const count = found?.precedents?.length ?? 0;
  const said = !found
    ? ''
    : !found.precedents
      ? t.unreachable
      : count >= most
        ? t.onlyFirst(number(count))
        : count > 0
          ? t.about(number(count))
          : found.typed
            ? t.noneFound(found.typed)
            : t.noPrecedents;
  return (
    <>
      <Input
        label={t.search}
        name="search"
        type="search"
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <p role="status" className="mt-2 mb-3 min-h-5 text-sm text-muted">
        {said}
      </p>
      {found?.precedents && count > 0 && <PrecedentList precedents={found.precedents} />}
    </>
  );
}
