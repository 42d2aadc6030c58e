'use client';
/** The responses in their order, the best on top; those that share a place stand together. */
import clsx from 'clsx';
import { useEffect, useId, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { useWords } from '../../words/language';
import { rankWords } from '../../words/rank';
import { Card } from './card';
import { step, toggleTie, type Order } from './order';
import { useDrag } from './use-drag';

type Props = {
  responses: string[];
  order: Order;
  /** The response that keys act on. */
  at: number;
  expanded: readonly number[];
  onGo: (response: number) => void;
  onChange: (next: Order, moved: number) => void;
  onToggle: (response: number) => void;
};

export function Board({ responses, order, at, expanded, onGo, onChange, onToggle }: Props) {
  const t = useWords(rankWords);
  const help = useId();
  const list = useRef<HTMLOListElement>(null);
  const cards = useRef(new Map<number, HTMLElement>());
  const touched = useRef<HTMLElement | null>(null);
  const isFirst = useRef(true);
  const { dragged, start } = useDrag(list, cards, order, onChange);
  const flat = order.flat();
  useSliding(cards, flat.join());

  // Moving a card in the document takes the focus from it; it comes back to the card, or to the button on it that was pressed.
  useEffect(() => {
    const card = cards.current.get(at);
    const wasFirst = isFirst.current;
    isFirst.current = false;
    if (wasFirst || !card || card.contains(document.activeElement)) return;
    (touched.current && card.contains(touched.current) ? touched.current : card.querySelector('button'))?.focus();
  }, [at, order]);

  function keyDown(event: KeyboardEvent) {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey || event.altKey) return onChange(step(order, at, by), at);
    const next = flat[flat.indexOf(at) + by];
    if (next !== undefined) onGo(next);
  }

  return (
    <>
      <p id={help} hidden>
        {t.help}
      </p>
      <ol ref={list} aria-label={t.order} className={clsx('relative mt-6 flex flex-col', dragged !== null && 'select-none')}>
        {flat.map((response) => {
          const place = order.findIndex((one) => one.includes(response));
          const tied = order[place]!;
          return (
            <Card
              key={response}
              ref={(card) => {
                if (card) cards.current.set(response, card);
                return () => void cards.current.delete(response);
              }}
              response={response}
              text={responses[response]!}
              place={place + 1}
              places={order.length}
              tied={tied}
              help={help}
              isFocused={response === at}
              isShort={dragged !== null}
              isDragged={dragged === response}
              isExpanded={expanded.includes(response)}
              onFocus={(control) => {
                touched.current = control;
                onGo(response);
              }}
              onKey={keyDown}
              onGrip={(event) => start(event, response)}
              onStep={(by) => onChange(step(order, response, by), response)}
              onTie={() => onChange(toggleTie(order, response), response)}
              onToggle={() => onToggle(response)}
            />
          );
        })}
      </ol>
    </>
  );
}

const slideMilliseconds = 160;

/** Cards glide to where the new order has them, unless the person wants less motion. */
function useSliding(cards: React.RefObject<Map<number, HTMLElement>>, key: string) {
  const tops = useRef(new Map<number, number>());
  useLayoutEffect(() => {
    const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const [response, card] of cards.current) {
      const by = (tops.current.get(response) ?? card.offsetTop) - card.offsetTop;
      if (by !== 0 && !isStill)
        card.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration: slideMilliseconds, easing: 'ease-out' });
    }
    tops.current = new Map([...cards.current].map(([response, card]) => [response, card.offsetTop]));
  }, [cards, key]);
}
