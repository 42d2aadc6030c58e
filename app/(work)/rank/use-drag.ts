'use client';
/**
 * Dragging a card by its handle, with mouse, pen or finger. The order follows the pointer at once, so the list is its own preview; Escape
 * brings back what was before. While one is dragged the cards are short (`dragged` tells), so that all of them are in reach.
 * Listens on the window, for React moves the very card that is held.
 */
import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
} from 'react';
import { inSigns, put, type Order } from './order';

const startPixels = 4;
/** Nearer than this to the edge of the window the page scrolls, this far a frame. */
const edgePixels = { top: 72, bottom: 200 };
const scrollPixels = 10;

type Grip = { response: number; pointerId: number; startY: number; y: number; before: Order; offset: number; isMoving: boolean };

export function useDrag(
  list: RefObject<HTMLElement | null>,
  cards: RefObject<Map<number, HTMLElement>>,
  order: Order,
  change: (next: Order, moved: number) => void,
) {
  const grip = useRef<Grip | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);

  const follow = useEffectEvent(() => {
    const held = grip.current;
    if (!held || !list.current) return;
    const y = held.y - list.current.getBoundingClientRect().top;
    const others = order.map((place) => place.filter((one) => one !== held.response)).filter((place) => place.length > 0);
    const above = others.filter((place) => middleOf(place.map((one) => cards.current.get(one)!)) < y).length;
    const next = put(order, held.response, above);
    if (inSigns(next, String) !== inSigns(order, String)) change(next, held.response);
  });

  const move = useEffectEvent((event: PointerEvent) => {
    const held = grip.current;
    if (!held || event.pointerId !== held.pointerId) return;
    held.y = event.clientY;
    if (!held.isMoving && Math.abs(held.y - held.startY) < startPixels) return;
    if (!held.isMoving) {
      held.isMoving = true;
      setDragged(held.response);
    } else follow();
  });

  const end = useEffectEvent((isCancelled: boolean) => {
    const held = grip.current;
    grip.current = null;
    setDragged(null);
    if (held?.isMoving && isCancelled) change(held.before, held.response);
  });

  // All cards have just become short: the one that is held stays under the pointer.
  useLayoutEffect(() => {
    const held = grip.current;
    const card = dragged === null ? undefined : cards.current.get(dragged);
    if (held && card) window.scrollBy(0, card.getBoundingClientRect().top - (held.y - held.offset));
  }, [dragged, cards]);

  useEffect(() => {
    const up = (event: PointerEvent) => event.pointerId === grip.current?.pointerId && end(event.type === 'pointercancel');
    const key = (event: KeyboardEvent) => event.key === 'Escape' && grip.current && end(true);
    const onMove = (event: PointerEvent) => move(event);
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
    window.addEventListener('keydown', key);
    return () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
      window.removeEventListener('keydown', key);
    };
  }, []);

  useEffect(() => {
    if (dragged === null) return;
    let frame = requestAnimationFrame(function scroll() {
      const y = grip.current?.y ?? edgePixels.top;
      const by = y < edgePixels.top ? -scrollPixels : y > window.innerHeight - edgePixels.bottom ? scrollPixels : 0;
      if (by !== 0) {
        window.scrollBy(0, by);
        follow();
      }
      frame = requestAnimationFrame(scroll);
    });
    return () => cancelAnimationFrame(frame);
  }, [dragged]);

  return {
    dragged,
    start: (event: ReactPointerEvent, response: number) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const top = cards.current.get(response)!.getBoundingClientRect().top;
      grip.current = {
        response,
        pointerId: event.pointerId,
        startY: event.clientY,
        y: event.clientY,
        before: order,
        offset: event.clientY - top,
        isMoving: false,
      };
    },
  };
}

/** Of cards that stand below each other, in their list; without what an animation adds. */
function middleOf(cards: HTMLElement[]): number {
  const top = Math.min(...cards.map((card) => card.offsetTop));
  const bottom = Math.max(...cards.map((card) => card.offsetTop + card.offsetHeight));
  return (top + bottom) / 2;
}
