'use client';
/** One model's response as it is written, and how to stop it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { InferenceEvent } from '@/lib/inference/contract';
import { linesOf, Refusal } from '../../json-lines';
import { pageLanguage } from '../../words/language';
import { modelWords } from '../../words/models';
import { refusalInWords } from '../../words/refusals';

export type Generation =
  | { state: 'idle' }
  | { state: 'running'; text: string; tokens: number }
  | { state: 'done'; text: string; tokens: number; isTruncated: boolean; seconds: number }
  | { state: 'stopped'; text: string; tokens: number }
  | { state: 'failed'; text: string; tokens: number; message: string };

export type Ask = { checkpointId: string; prompt: string; temperature: number; maxNewTokens: number; seed: number };

export function useGeneration(slug: string) {
  const [generation, setGeneration] = useState<Generation>({ state: 'idle' });
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const start = useCallback(
    async (ask: Ask) => {
      running.current?.abort();
      const mine = new AbortController();
      running.current = mine;
      let text = '';
      let tokens = 0;
      const show = (next: Generation) => running.current === mine && setGeneration(next);
      show({ state: 'running', text, tokens });
      try {
        for await (const event of linesOf<InferenceEvent>(`/api/v1/projects/${encodeURIComponent(slug)}/generate`, ask, mine.signal)) {
          if (event.type === 'error')
            return show({
              state: 'failed',
              text,
              tokens,
              message: refusalInWords({ ...event, details: event.details ?? {} }, pageLanguage()),
            });
          if (event.type === 'done') return show({ ...event, state: 'done', text });
          if (event.type !== 'piece') continue;
          text += event.text;
          tokens = event.tokens;
          show({ state: 'running', text, tokens });
        }
        show({ state: 'failed', text, tokens, message: modelWords[pageLanguage()].brokeOff });
      } catch (error) {
        if (mine.signal.aborted) show({ state: 'stopped', text, tokens });
        else
          show({
            state: 'failed',
            text,
            tokens,
            message:
              error instanceof Refusal && error.reply.status > 0
                ? refusalInWords(error.reply, pageLanguage())
                : modelWords[pageLanguage()].unreachable,
          });
      }
    },
    [slug],
  );
  const clear = useCallback(() => {
    stop();
    running.current = null;
    setGeneration({ state: 'idle' });
  }, [stop]);
  return { generation, start, stop, clear };
}
