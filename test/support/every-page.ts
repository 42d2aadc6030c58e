/** The address of every page, of the sample project and its admin, and what to wait for on it. */
import type { Page } from 'playwright-core';
import { pool } from '@/db/client';
import type { SampleProject } from './sample-project';

export type Stop = { name: string; path: string; ready?: (page: Page) => Promise<unknown> };

/** What is not there yet, and why: of a project that has just begun. */
export const emptyPages = (slug: string): Stop[] => [
  ...[
    'loop',
    'agreement',
    'annotators',
    'leaderboard',
    'my-work/figures',
    'my-work/questions',
    'guidelines/precedents',
    'questions',
    'quality',
    'prompts',
    'models',
    'compare',
  ].map((page) => ({
    name: `${page}, empty`,
    path: `/${page}?project=${slug}`,
  })),
  { name: 'bad import', path: `/data?project=${slug}`, ready: importBadLines },
];

/** A file of which no line can be taken. */
async function importBadLines(page: Page): Promise<void> {
  const lines = ['{"prompt": ""}', '{"prompt": 5}', '["x"]', '{"chosen": "a"}', '{"prompt": '];
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'bad.jsonl', mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) });
  await page.locator('form:has(input[type=file]) button[type=submit]').click();
  await page.locator('form table').waitFor();
}

/** Of the person of the sample project who is paused. */
export const pausedPage: Stop = {
  name: 'paused',
  path: '/compare',
  ready: (page) => page.getByRole('link', { name: 'My work' }).last().waitFor(),
};

/** Opens every fold, also those within folds. */
export const unfold = (page: Page) => page.evaluate(() => document.querySelectorAll('details').forEach((fold) => (fold.open = true)));

/** Where the task comes after the page. */
const task = (page: Page) => page.locator('main h2').first().waitFor();

export async function everyPage({ admin, annotator, deletedId, promptId, conversationId, rounds }: SampleProject): Promise<Stop[]> {
  const { rows } = await pool().query<{ kind: string; id: string }>(
    `(select 'preference' as kind, id from preferences where user_id = $1 and task_id is not null order by created_at desc limit 1)
     union all (select 'demonstration', id from demonstrations where user_id = $1 and task_id is not null limit 1)
     union all (select 'ranking', id from rankings where user_id = $1 limit 1)
     union all (select 'rating', id from ratings where user_id = $1 limit 1)
     union all (select 'conversation', id from conversations where user_id = $1 and outcome <> 'open' limit 1)`,
    [admin.id],
  );
  return [
    { name: 'home', path: '/' },
    { name: 'compare', path: '/compare', ready: task },
    { name: 'rank', path: '/rank', ready: task },
    { name: 'rate', path: '/rate', ready: task },
    { name: 'demonstrate', path: '/demonstrate', ready: task },
    { name: 'red-team', path: '/red-team', ready: (page) => page.getByRole('textbox').first().waitFor() },
    { name: 'my-work', path: '/my-work' },
    ...rows.map(({ kind, id }) => ({ name: `my-work-${kind}`, path: `/my-work/${kind}/${id}` })),
    { name: 'my-figures', path: '/my-work/figures' },
    { name: 'my-questions', path: '/my-work/questions' },
    { name: 'guidelines', path: '/guidelines' },
    { name: 'precedents', path: '/guidelines/precedents' },
    { name: 'loop', path: '/loop' },
    { name: 'round-succeeded', path: `/rounds/${rounds.succeeded}` },
    { name: 'round-failed', path: `/rounds/${rounds.failed}` },
    { name: 'agreement', path: '/agreement' },
    { name: 'annotators', path: '/annotators' },
    { name: 'adjudication', path: '/adjudication' },
    { name: 'verdicts', path: '/adjudication?show=decided' },
    { name: 'questions', path: '/questions' },
    { name: 'answered-questions', path: '/questions?show=answered' },
    { name: 'leaderboard', path: '/leaderboard' },
    { name: 'known-answers', path: '/quality' },
    { name: 'models', path: '/models' },
    { name: 'playground', path: '/playground' },
    { name: 'prompts', path: '/prompts' },
    { name: 'prompt', path: `/prompts/${promptId}` },
    { name: 'flagged', path: '/prompts/flagged' },
    { name: 'data', path: '/data' },
    { name: 'red-team-results', path: '/data/red-team' },
    { name: 'red-team-result', path: `/data/red-team/${conversationId}` },
    { name: 'people', path: '/people' },
    { name: 'delete-person', path: `/people/${annotator.id}` },
    { name: 'deleted-person', path: `/people/${deletedId}/deleted` },
    { name: 'settings', path: '/settings' },
    { name: 'not-found', path: '/nothing-here' },
  ];
}
