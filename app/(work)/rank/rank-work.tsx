'use client';
/**
 * Rank: the responses stand in a list that is the order itself. What has the focus is moved by keys, by the buttons beside it or by its
 * handle. An order that nobody has touched is taken only when it is submitted twice, for it is the one that chance has made.
 */
import { useState } from 'react';
import type { KindProgress } from '@/lib/tasks/claim';
import { useWords } from '../../words/language';
import { rankWords } from '../../words/rank';
import { JudgingFrame } from '../judging-frame';
import { PromptText } from '../prompt-text';
import { useJudging } from '../use-judging';
import type { WorkProject } from '../work-frame';
import { Board } from './board';
import { nameOf } from './names';
import { inSigns, placeOf, put, ranksOf, startOrder, step, toggleTie, type Order } from './order';
import { OrderLine } from './order-line';

type Judgement = {
  order: Order;
  /** The response that keys act on. */ at: number;
  expanded: number[];
  isTouched: boolean;
  isAsked: boolean;
};

export function RankWork({ project, initial }: { project: WorkProject; initial: KindProgress }) {
  const t = useWords(rankWords);
  const judging = useJudging<Judgement>(project.slug, 'rank', initial);
  const [said, say] = useState('');
  const { item } = judging;
  const responses = item?.rank?.responses ?? [];
  const now = judging.judgement ?? { order: startOrder(responses.length), at: 0, expanded: [], isTouched: false, isAsked: false };
  const { order, at } = now;
  const set = (change: Partial<Judgement>) => judging.setJudgement({ ...now, ...change });

  function change(next: Order, moved: number) {
    if (inSigns(next, nameOf) === inSigns(order, nameOf)) return;
    set({ order: next, at: moved, isTouched: true, isAsked: false });
    const place = placeOf(next, moved);
    const others = next[place]!.filter((one) => one !== moved).map(nameOf);
    say(
      [t.response(nameOf(moved)), t.place(place + 1, next.length), ...(others.length > 0 ? [t.tiedWith(others.join(', '))] : [])].join(
        ', ',
      ),
    );
  }

  function go(by: -1 | 1) {
    const next = order.flat()[order.flat().indexOf(at) + by];
    if (next !== undefined) set({ at: next });
  }

  function toggle(response: number) {
    set({ expanded: now.expanded.includes(response) ? now.expanded.filter((one) => one !== response) : [...now.expanded, response] });
  }

  function submit() {
    if (!item) return;
    if (!now.isTouched && !now.isAsked) return set({ isAsked: true });
    judging.give('ranking', { ranks: ranksOf(order) }, inSigns(order, nameOf));
  }

  const keys = [
    { key: 'j', does: t.does.next, run: () => go(1) },
    { key: 'k', does: t.does.previous, run: () => go(-1) },
    { key: 'u', does: t.does.up, run: () => item && change(step(order, at, -1), at) },
    { key: 'd', does: t.does.down, run: () => item && change(step(order, at, 1), at) },
    { key: 't', does: t.does.tie, run: () => item && change(toggleTie(order, at), at) },
    ...responses.map((_, place) => ({
      key: String(place + 1),
      does: t.does.place(place + 1),
      run: () => change(put(order, at, place), at),
    })),
    { key: 'e', does: t.does.expand, run: () => item && toggle(at) },
  ];

  return (
    <JudgingFrame
      judging={judging}
      project={project}
      words={t}
      isNarrow
      keys={keys}
      moreKeys={[{ key: '↓ ↑', does: t.does.arrows }]}
      onSubmit={submit}
      problem={item && now.isAsked ? t.untouched : ''}
      controls={item && <OrderLine order={order} />}
    >
      {item && (
        <div key={item.lease.id} className="animate-appear">
          <PromptText text={item.task.prompt.text} />
          <Board
            responses={responses.map(({ text }) => text)}
            order={order}
            at={at}
            expanded={now.expanded}
            onGo={(response) => response !== at && set({ at: response })}
            onChange={change}
            onToggle={toggle}
          />
        </div>
      )}
      <p role="status" className="sr-only">
        {said}
      </p>
    </JudgingFrame>
  );
}
