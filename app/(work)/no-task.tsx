'use client';
/** What stands where a task would: still loading, nothing to do, or no connection — and why. */
import { usePathname } from 'next/navigation';
import { ButtonLink } from '../components/button';
import { EmptyState } from '../components/empty-state';
import type { Supply } from './use-task-feed';

type Props = { supply: Supply; message: string; emptyTitle: string; why: string; elsewhere: { href: string; label: string } };

export function NoTask({ supply, message, emptyTitle, why, elsewhere }: Props) {
  const pathname = usePathname();
  if (supply === 'loading' || supply === 'flowing') {
    return (
      <p role="status" className="py-24 text-center text-muted">
        Getting the next one …
      </p>
    );
  }
  if (supply === 'unreachable') {
    return (
      <EmptyState title="No connection to the server">
        Your answers are kept on this device. Work goes on here by itself as soon as the server answers.
      </EmptyState>
    );
  }
  if (supply === 'signed-out') {
    return (
      <EmptyState
        title="You are signed out"
        action={
          <ButtonLink variant="primary" href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
            Sign in
          </ButtonLink>
        }
      >
        Nothing you have answered is lost.
      </EmptyState>
    );
  }
  if (supply === 'refused') return <EmptyState title="The server gives no task">{message}</EmptyState>;
  return (
    <EmptyState title={emptyTitle} action={<ButtonLink href={elsewhere.href}>{elsewhere.label}</ButtonLink>}>
      {why}
    </EmptyState>
  );
}
