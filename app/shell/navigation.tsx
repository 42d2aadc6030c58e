'use client';
/** The pages that this person may see, and the project they are about. The project travels in the address, so that a tab keeps its own. */
import clsx from 'clsx';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../components/dialog';
import { useWords } from '../words/language';
import { shellWords } from '../words/shell';

export type Destination = { href: string; label: string; /** Projects; absent: all. */ onlyIn?: string[] };
/** Pages that are reached from another's. */
const within: Record<string, string[]> = {
  '/loop': ['/rounds'],
  '/agreement': ['/annotators', '/adjudication', '/questions', '/quality', '/leaderboard'],
};
type Props = { groups: Destination[][]; projects: { slug: string; name: string }[] };

export function Navigation({ groups, projects }: Props) {
  const pathname = usePathname();
  const router = useRouter();
  const t = useWords(shellWords);
  const [isOpen, setOpen] = useState(false);
  const slug = useSearchParams().get('project') ?? projects[0]?.slug ?? '';
  const address = (href: string) => (projects.length > 1 && slug ? `${href}?project=${encodeURIComponent(slug)}` : href);

  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);

  // Annotators have few pages: theirs fit into a bar sooner.
  const [bar, menu] = groups.length > 1 ? ['xl:flex', 'xl:hidden'] : ['lg:flex', 'lg:hidden'];

  const links = (isBar: boolean) =>
    groups.map((group, index) => (
      <ul
        key={index}
        className={clsx(
          'flex',
          isBar ? 'gap-x-0.5 2xl:gap-x-1' : 'flex-col',
          index > 0 && (isBar ? 'border-l border-line pl-2 2xl:pl-3' : 'border-t border-line pt-3'),
        )}
      >
        {group.map(({ href, label, onlyIn }) => {
          if (onlyIn && !onlyIn.includes(slug)) return null;
          const isCurrent = [href, ...(within[href] ?? [])].some((one) => pathname === one || pathname.startsWith(`${one}/`));
          return (
            <li key={href}>
              <Link
                href={address(href)}
                aria-current={isCurrent ? 'page' : undefined}
                onClick={() => setOpen(false)}
                className={clsx(
                  'flex items-center rounded-md whitespace-nowrap',
                  isBar ? 'h-9 px-2 text-sm 2xl:px-2.5' : 'h-11 px-2.5',
                  isCurrent ? 'bg-sunken font-medium text-ink' : 'text-muted hover:text-ink',
                )}
              >
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    ));

  const project = projects.length > 1 && (
    <select
      aria-label={t.project}
      value={slug}
      onChange={(event) =>
        router.push(`${pathname.startsWith('/rounds/') ? '/loop' : pathname}?project=${encodeURIComponent(event.target.value)}`)
      }
      className="h-9 max-w-56 min-w-0 rounded-md border border-line bg-surface px-2 text-sm hover:border-edge"
    >
      {projects.map((one) => (
        <option key={one.slug} value={one.slug}>
          {one.name}
        </option>
      ))}
    </select>
  );

  return (
    <>
      {/* Where words are long it scrolls, rather than push the rest off the page. */}
      <nav
        ref={strip}
        aria-label={t.main}
        className={clsx('hidden min-w-0 items-center gap-2 overflow-x-auto p-1 [scrollbar-width:none]', bar)}
      >
        {links(true)}
      </nav>
      <div className="flex min-w-0 flex-1 items-center justify-end gap-3 xl:ml-auto xl:flex-none">
        {project}
        <Dialog
          title={t.pages}
          open={isOpen}
          onOpenChange={setOpen}
          trigger={
            <button className={clsx('h-9 rounded-md border border-line bg-surface px-3 text-sm font-medium hover:border-edge', menu)}>
              {t.menu}
            </button>
          }
        >
          <nav aria-label={t.main} className="flex flex-col gap-3">
            {links(false)}
          </nav>
        </Dialog>
      </div>
    </>
  );
}
