'use client';
/** What stands where a task would: still loading, nothing to do, or no connection — and why. */
import { usePathname } from 'next/navigation';
import { ButtonLink } from '../components/button';
import { EmptyState } from '../components/empty-state';
import { useWords } from '../words/language';
import { workWords } from '../words/work';
import type { Supply } from './use-task-feed';

type Props = { supply: Supply; message: string; emptyTitle: string; why: string; elsewhere: { href: string; label: string } };

export function NoTask({ supply, message, emptyTitle, why, elsewhere }: Props) {
  const pathname = usePathname();
  const t = useWords(workWords);
  if (supply === 'loading' || supply === 'flowing') {
    return (
      <p role="status" className="py-24 text-center text-muted">
        {t.gettingNext}
      </p>
    );
  }
  if (supply === 'unreachable') {
    return <EmptyState title={t.unreachable}>{t.unreachableWhy}</EmptyState>;
  }
  if (supply === 'signed-out') {
    return (
      <EmptyState
        title={t.signedOutTitle}
        action={
          <ButtonLink variant="primary" href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
            {t.signIn}
          </ButtonLink>
        }
      >
        {t.signedOutWhy}
      </EmptyState>
    );
  }
  if (supply === 'soon') {
    return (
      <p role="status" className="py-24 text-center text-muted">
        {message}
      </p>
    );
  }
  if (supply === 'paused') {
    return (
      <EmptyState title={t.paused} action={<ButtonLink href="/my-work">{t.toMyWork}</ButtonLink>}>
        <p role="status">{message}</p>
      </EmptyState>
    );
  }
  if (supply === 'refused') return <EmptyState title={t.noTaskGiven}>{message}</EmptyState>;
  return (
    <EmptyState title={emptyTitle} action={<ButtonLink href={elsewhere.href}>{elsewhere.label}</ButtonLink>}>
      {why}
    </EmptyState>
  );
}
