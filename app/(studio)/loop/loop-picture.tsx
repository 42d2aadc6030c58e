/** The loop at a glance: who does what, how much of it there is, and where it is just now. Decoration for the eye; the text is real. */
import clsx from 'clsx';

export type Station = { title: string; detail: string; isActive: boolean };

export function LoopPicture({ stations }: { stations: Station[] }) {
  return (
    <div className="relative">
      {/* The way back: the newest samples are what people judge next. */}
      <svg
        viewBox="0 0 100 20"
        preserveAspectRatio="none"
        className="absolute inset-x-[12.5%] top-1.5 hidden h-24 w-3/4 sm:block"
        aria-hidden
      >
        <path d="M0 0H100V20H0Z" pathLength={100} className="fill-none stroke-line" vectorEffect="non-scaling-stroke" strokeWidth={1.5} />
      </svg>
      <ol className="relative grid gap-5 sm:grid-cols-4 sm:gap-3">
        {stations.map(({ title, detail, isActive }) => (
          <li key={title} className="flex gap-3 sm:flex-col sm:items-center sm:gap-2 sm:text-center">
            <span
              className={clsx(
                'mt-1.5 size-3 shrink-0 rounded-full border-2 sm:mt-0',
                isActive ? 'border-accent bg-accent' : 'border-edge bg-paper',
              )}
              aria-hidden
            />
            <span className="bg-paper sm:px-2">
              <span className={clsx('block text-sm font-medium', isActive && 'text-accent')}>
                {title}
                {isActive && <span className="sr-only"> (now)</span>}
              </span>
              <span className="block text-sm text-muted">{detail}</span>
            </span>
          </li>
        ))}
      </ol>
      <p className="mt-5 hidden text-center text-sm text-muted sm:block">
        <span className="relative bg-paper px-3">↶ the newest samples are judged next</span>
      </p>
    </div>
  );
}
