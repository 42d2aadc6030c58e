/** The name and its mark: two answers, one of them taller. */
import Link from 'next/link';

export function Logo() {
  return (
    <Link href="/" className="flex items-center gap-2 rounded font-semibold tracking-tight">
      <svg viewBox="0 0 16 18" className="h-[18px] w-4" aria-hidden>
        <rect x="1" y="1" width="5" height="16" rx="2.5" className="fill-accent" />
        <rect x="10" y="7" width="5" height="10" rx="2.5" className="fill-accent opacity-50" />
      </svg>
      Heed
    </Link>
  );
}
