/** The bar on top of every page behind the sign-in. Annotators see their work and nothing else. */
import { can } from '@/lib/auth/permissions';
import type { Actor } from '@/lib/auth/actor';
import type { ListedProject } from '@/lib/projects/project';
import { projectsOf } from '../guard';
import { AccountMenu } from './account-menu';
import { shellWords } from '../words/shell';
import { wordsOf } from '../words/server';
import { Logo } from './logo';
import { Navigation, type Destination } from './navigation';

/** Rankings and ratings only in projects that have some, red-teaming only where it is allowed. */
const work = ['compare', 'rank', 'rate', 'demonstrate', 'red-team', 'my-work'] as const;
const optional = ['rank', 'rate', 'red-team'] as const;
const studio = ['loop', 'models', 'playground', 'prompts', 'data', 'agreement'] as const;
const administration = ['people', 'settings'] as const;

export async function Header({ actor }: { actor: Actor }) {
  const projects = await projectsOf(actor);
  const t = await wordsOf(shellWords);
  const destinations = (pages: readonly (typeof work | typeof studio | typeof administration)[number][]): Destination[] =>
    pages.map((page) => {
      const offered = optional.find((one) => one === page);
      const onlyIn = offered && projects.filter((project) => offers(project, offered)).map(({ slug }) => slug);
      return { href: `/${page}`, label: t[page], onlyIn };
    });
  const groups = [destinations(work)];
  if (can(actor, 'round.view')) groups.push(destinations(can(actor, 'people.manage') ? [...studio, ...administration] : studio));
  return (
    <header className="border-b border-line bg-paper">
      <a
        href="#main"
        className="absolute top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {t.skip}
      </a>
      <div className="mx-auto flex h-14 max-w-[88rem] items-center gap-6 px-4 sm:px-6">
        <Logo />
        <Navigation groups={groups} projects={projects.map(({ slug, name }) => ({ slug, name }))} />
        <AccountMenu name={actor.name} email={actor.email} role={actor.role} />
      </div>
    </header>
  );
}

const offers = ({ taskKinds, labelling }: ListedProject, page: (typeof optional)[number]): boolean =>
  page === 'red-team' ? labelling.redTeamModels > 0 : taskKinds.includes(page);
