'use client';
/**
 * Rate: one response, a row of points for each aspect, then whether it is safe. Digits choose in the marked row, and the mark goes on to the
 * next by itself.
 */
import type { KindProgress } from '@/lib/tasks/claim';
import { useWords } from '../../words/language';
import { rateWords } from '../../words/rate';
import { JudgingFrame } from '../judging-frame';
import { PromptText } from '../prompt-text';
import { ResponseText } from '../response-text';
import { useJudging } from '../use-judging';
import type { WorkProject } from '../work-frame';
import { RatingForm } from './rating-form';
import { choose, emptyRating, go, missingRows, setSafe, type Asked, type Rating } from './rating';

const nothing: Asked = { aspects: [], points: 0, safetyCategories: [] };

export function RateWork({ project, initial }: { project: WorkProject; initial: KindProgress }) {
  const t = useWords(rateWords);
  const judging = useJudging<Rating>(project.slug, 'rate', initial);
  const { item } = judging;
  const asked = item?.rate ?? nothing;
  const rating = judging.judgement ?? emptyRating;
  const set = judging.setJudgement;
  const missing = missingRows(asked, rating);

  function submit() {
    if (!item) return;
    if (missing.length > 0) return set({ ...rating, at: missing[0]!, isAsked: true });
    const { grades, isSafe, categories } = rating;
    // What was set before a reload may be of aspects that the project asks for no more.
    const aspects = Object.fromEntries(asked.aspects.map((name) => [name, grades[name]]));
    const safetyCategories = categories.filter((name) => asked.safetyCategories.includes(name));
    const said = { aspects, scalePoints: asked.points, isSafe, safetyCategories };
    const label = [...asked.aspects.map((name) => `${name} ${grades[name]}`), isSafe ? t.safe : t.unsafe].join(', ');
    judging.give('rating', said, label);
  }

  const digits = Array.from({ length: Math.max(2, asked.points, asked.safetyCategories.length) }, (_, i) => i + 1);
  const keys = [
    ...digits.map((digit) => ({ key: String(digit), does: t.does.digit(digit), run: () => item && set(choose(asked, rating, digit)) })),
    { key: 'y', does: t.does.safe, run: () => item && set(setSafe(asked, rating, true)) },
    { key: 'u', does: t.does.unsafe, run: () => item && set(setSafe(asked, rating, false)) },
    { key: 'j', does: t.does.next, run: () => item && set(go(asked, rating, 1)) },
    { key: 'k', does: t.does.previous, run: () => item && set(go(asked, rating, -1)) },
  ];

  return (
    <JudgingFrame
      judging={judging}
      project={project}
      words={t}
      keys={keys}
      moreKeys={[{ key: '← →', does: t.does.arrows }]}
      onSubmit={submit}
      problem={rating.isAsked && missing.length > 0 ? t.missing(missing.map((row) => asked.aspects[row] ?? t.safetyName).join(', ')) : ''}
    >
      {item && (
        <div key={item.lease.id} className="grid animate-appear grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div>
            <PromptText text={item.task.prompt.text} />
            <section aria-label={t.response} className="mt-6 rounded-lg border border-line bg-surface px-5 pt-4 pb-6 sm:px-6">
              <h2 className="mb-2 text-sm font-semibold text-muted">{t.response}</h2>
              <ResponseText text={item.rate?.response.text ?? ''} />
            </section>
          </div>
          <RatingForm asked={asked} rating={rating} onChange={set} />
        </div>
      )}
    </JudgingFrame>
  );
}
