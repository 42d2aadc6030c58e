'use client';
/** A prompt, one or two models, and what they write. Ctrl+Enter sends, Esc stops. */
import clsx from 'clsx';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Input, Select, Textarea } from '../../components/field';
import { Kbd } from '../../components/kbd';
import { Prose } from '../../components/prose';
import { useNumber, useWords } from '../../words/language';
import { modelWords } from '../../words/models';
import { useGeneration, type Generation } from './use-generation';

type Model = { id: string; name: string };

export function Playground({ slug, models }: { slug: string; models: Model[] }) {
  const t = useWords(modelWords);
  const [first, second] = [useGeneration(slug), useGeneration(slug)];
  const [shown, setShown] = useState<{ first: Model; second: Model | null } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const isRunning = first.generation.state === 'running' || second.generation.state === 'running';

  const stop = () => {
    first.stop();
    second.stop();
  };
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && isRunning) stop();
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    form.current?.requestSubmit();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  const send = () => {
    const values = new FormData(form.current!);
    const text = (name: string) => String(values.get(name));
    const modelOf = (name: string) => models.find(({ id }) => id === text(name)) ?? null;
    const chosen = { first: modelOf('first')!, second: modelOf('second') };
    const ask = {
      prompt: text('prompt'),
      temperature: Number(text('temperature')),
      maxNewTokens: Number(text('maxNewTokens')),
      seed: Number(text('seed')),
    };
    setShown(chosen);
    void first.start({ ...ask, checkpointId: chosen.first.id });
    if (chosen.second) void second.start({ ...ask, checkpointId: chosen.second.id });
    else second.clear();
  };

  const options = models.map(({ id, name }): [string, string] => [id, name]);
  return (
    <div className="flex flex-col gap-8">
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        className="flex flex-col gap-5"
      >
        <Textarea label={t.prompt} name="prompt" style={{ minHeight: '7rem' }} required maxLength={100_000} autoFocus dir="auto" />
        <div className="grid grid-cols-3 items-end gap-x-4 gap-y-5 lg:grid-cols-[2fr_2fr_1fr_1fr_1fr]">
          <Select label={t.model} name="first" className="max-lg:col-span-3" options={options} />
          <Select label={t.beside} name="second" className="max-lg:col-span-3" options={[['', t.nothing], ...options]} />
          <Input label={t.temperature} name="temperature" type="number" min={0} max={5} step={0.05} defaultValue={0.7} required />
          <Input label={t.mostTokens} name="maxNewTokens" type="number" min={1} max={8192} step={1} defaultValue={128} required />
          <Input label={t.seed} name="seed" type="number" min={0} max={2147483647} step={1} defaultValue={1} required />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button type="submit" variant="primary" aria-keyshortcuts="Control+Enter">
            {t.write}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              Ctrl ↵
            </span>
          </Button>
          <Button onClick={stop} disabled={!isRunning} aria-keyshortcuts="Escape">
            {t.stop} <Kbd>Esc</Kbd>
          </Button>
          <p className="text-sm text-muted">{t.hint}</p>
        </div>
      </form>
      {shown && (
        <div className={clsx('grid items-start gap-5', shown.second && 'lg:grid-cols-2')}>
          <Response number={1} model={shown.first} generation={first.generation} />
          {shown.second && <Response number={2} model={shown.second} generation={second.generation} />}
        </div>
      )}
    </div>
  );
}

function Response({ number, model, generation }: { number: number; model: Model; generation: Generation }) {
  const t = useWords(modelWords);
  const statusOf = useStatus();
  if (generation.state === 'idle') return null;
  const { state, text } = generation;
  return (
    <Card aria-label={t.response(number, model.name)} aria-busy={state === 'running'}>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="font-semibold">{model.name}</h2>
        <p role="status" className="text-sm text-muted tabular-nums">
          {statusOf(generation)}
        </p>
      </div>
      {text.trim() ? (
        <Prose text={text} className="text-reading" />
      ) : (
        state !== 'failed' && <p className="text-muted italic">{state === 'running' ? t.reading : t.empty}</p>
      )}
      {state === 'failed' && (
        <p role="alert" className="mt-3 font-medium text-danger">
          {generation.message}
        </p>
      )}
    </Card>
  );
}

function useStatus() {
  const t = useWords(modelWords);
  const number = useNumber();
  return (generation: Exclude<Generation, { state: 'idle' }>): string => {
    const { state, tokens } = generation;
    const count = t.tokens(number(tokens), tokens === 1);
    if (state === 'running') return t.writing;
    if (state === 'stopped') return t.stoppedAfter(count);
    if (state === 'failed') return t.failed;
    return t.done(count, number(Math.round(tokens / Math.max(generation.seconds, 1e-3))), generation.isTruncated);
  };
}
