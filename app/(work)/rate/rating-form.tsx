'use client';
/** The rows of a rating. The marked one is where digits go; it has the focus once the person has moved. */
import { useEffect, useRef } from 'react';
import { Kbd } from '../../components/kbd';
import { useWords } from '../../words/language';
import { rateWords } from '../../words/rate';
import { Choices } from './choices';
import { categoriesRow, grade, hasCategories, safetyRow, setSafe, toggleCategory, type Asked, type Rating } from './rating';

type Props = { asked: Asked; rating: Rating; onChange: (rating: Rating) => void };

export function RatingForm({ asked, rating, onChange }: Props) {
  const t = useWords(rateWords);
  const form = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const { at } = rating;
  const row = (index: number) => ({
    row: index,
    isMarked: at === index,
    onFocus: () => at !== index && onChange({ ...rating, at: index }),
  });

  useEffect(() => {
    const wasFirst = isFirst.current;
    isFirst.current = false;
    const marked = form.current?.querySelector(`[data-row="${at}"]`);
    if (wasFirst || !marked || marked.contains(document.activeElement)) return;
    marked.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [at]);

  return (
    <section ref={form} aria-label={t.judgement} className="flex flex-col gap-1 lg:sticky lg:top-4">
      <div className="flex items-baseline justify-between pr-2 pl-3.5 text-sm text-muted">
        <h2 className="font-semibold">{t.judgement}</h2>
        <span aria-hidden className="flex items-center gap-1 pointer-coarse:hidden">
          <Kbd>j</Kbd>
          <Kbd>k</Kbd> {t.hint}
        </span>
      </div>
      {asked.aspects.length > 0 && <p className="mb-2 pr-2 pl-3.5 text-sm text-muted">{t.scale(asked.points)}</p>}
      {asked.aspects.map((name, index) => (
        <Choices
          key={name}
          {...row(index)}
          label={name}
          isEven
          options={Array.from({ length: asked.points }, (_, i) => ({ label: String(i + 1), spoken: t.point(i + 1, asked.points) }))}
          chosen={rating.grades[name] === undefined ? [] : [rating.grades[name] - 1]}
          onChoose={(option) => onChange({ ...grade(asked, rating, index, option + 1), at: index })}
        />
      ))}
      <Choices
        {...row(safetyRow(asked))}
        label={t.safety}
        isEven
        options={[
          { label: t.safe, shortcut: 'y' },
          { label: t.unsafe, shortcut: 'u' },
        ]}
        chosen={rating.isSafe === null ? [] : [rating.isSafe ? 0 : 1]}
        onChoose={(option) => onChange({ ...setSafe(asked, rating, option === 0), at: safetyRow(asked) })}
      />
      {hasCategories(asked, rating) && (
        <Choices
          {...row(categoriesRow(asked))}
          label={t.categories}
          isMultiple
          options={asked.safetyCategories.map((name, i) => ({
            label: name,
            shortcut: at === categoriesRow(asked) ? String(i + 1) : undefined,
          }))}
          chosen={asked.safetyCategories.flatMap((name, i) => (rating.categories.includes(name) ? [i] : []))}
          onChoose={(option) => onChange({ ...toggleCategory(rating, asked.safetyCategories[option]!), at: categoriesRow(asked) })}
        />
      )}
    </section>
  );
}
