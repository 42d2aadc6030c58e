/** Data that say too little, or contradict themselves, on every page of statistics: a defined figure, or why there is none; never a broken one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '@/lib/auth/actor';
import { importRows } from '@/lib/dataset/import';
import { makeAccount, password } from '../support/annotator';
import type { App } from '../support/app';
import { makePairs, makePerson, makeProject, makeRankTasks, makeRateTasks } from '../support/factory';
import { HttpSession } from '../support/http-session';
import { copyTask, prefer, rank, rate } from '../support/judgements';
import { startOwnApp } from '../support/own-app';

let app: App;
let session: HttpSession;

beforeAll(async () => {
  app = await startOwnApp();
  session = new HttpSession(app.url);
  await session.signIn((await makeAccount(await makePerson('admin'), 'admin')).email, password);
});
afterAll(() => app?.stop());

/** What a page says. Nothing of it, nor of the attributes of its plots, is broken, and no interval is without a width. */
async function read(path: string): Promise<string> {
  const reply = await session.get(path);
  expect(reply.status, path).toBe(200);
  const html = (await reply.text()).replace(/<script[\s\S]*?<\/script>/g, '').replace(/<!--.*?-->/g, '');
  expect(/.{0,60}(\bNaN|Infinity|undefined|\[object ).{0,60}/.exec(html)?.[0], path).toBe(undefined);
  const text = html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ');
  expect(/.{0,60}\((-?[\d.]+%?) to \1\)/.exec(text)?.[0], path).toBe(undefined);
  return text;
}

const kinds = ['compare', 'rank', 'rate'] as const;
type Kind = (typeof kinds)[number];
type Judge = (of: { rater: string; taskId: string; says: 1 | 2 | 3; standing?: 'check'; isSwapped?: boolean }) => Promise<string>;

/** How somebody says 1 (the first is better, or a bad grade), 2 (neither) or 3. */
const judges: Record<Kind, Judge> = {
  compare: ({ says, ...of }) => prefer({ ...of, grade: (2 - says) * 2, aspects: { helpful: 2 - says } }),
  rank: ({ says, isSwapped: _, ...of }) => rank({ ...of, ranks: { 1: [1, 2, 3], 2: [1, 1, 1], 3: [3, 2, 1] }[says] }),
  rate: ({ says, isSwapped: _, ...of }) => rate({ ...of, aspects: { helpful: says, honest: says }, isSafe: says > 1 }),
};

/** Tasks of every kind, judged by `fill`. */
async function judged(fill: (tasks: string[], judge: Judge, people: [string, string, string]) => Promise<void>): Promise<string> {
  const project = await makeProject();
  const tasks = {
    compare: await makePairs(project.id, 12, 3),
    rank: await makeRankTasks(project.id, 12, 3, 3),
    rate: await makeRateTasks(project.id, 12, 3),
  };
  const people = (await Promise.all([1, 2, 3].map(async () => (await makePerson()).id))) as [string, string, string];
  for (const kind of kinds) await fill(tasks[kind], judges[kind], people);
  return project.slug;
}

const bad: Record<string, Parameters<typeof judged>[0]> = {
  'nothing at all': async () => {},
  'one answer': async ([taskId], judge, [rater]) => void (await judge({ rater, taskId: taskId!, says: 1 })),
  'one person': async (tasks, judge, [rater]) => {
    for (const [i, taskId] of tasks.entries()) await judge({ rater, taskId, says: i % 2 ? 1 : 3 });
  },
  'no overlap': async (tasks, judge, people) => {
    for (const [i, taskId] of tasks.entries()) await judge({ rater: people[i % 3]!, taskId, says: i % 2 ? 1 : 3 });
  },
  'one item in common': async ([taskId], judge, people) => {
    for (const rater of people) await judge({ rater, taskId: taskId!, says: 1 });
  },
  'one category': async (tasks, judge, people) => {
    for (const taskId of tasks) for (const rater of people) await judge({ rater, taskId, says: 2 });
  },
  'perfect agreement': async (tasks, judge, people) => {
    for (const [i, taskId] of tasks.entries()) for (const rater of people) await judge({ rater, taskId, says: i % 2 ? 1 : 3 });
  },
  'one who always takes the left': async (tasks, judge, [left, other, third]) => {
    for (const [i, taskId] of tasks.entries()) {
      await judge({ rater: left, taskId, says: i % 2 ? 1 : 3, isSwapped: i % 2 === 0 });
      for (const rater of [other, third]) await judge({ rater, taskId, says: i % 3 ? 1 : 3 });
    }
  },
  'one who always says the same': async (tasks, judge, [same, other, third]) => {
    for (const [i, taskId] of tasks.entries()) {
      await judge({ rater: same, taskId, says: 1 });
      for (const rater of [other, third]) await judge({ rater, taskId, says: i % 3 ? 1 : 3 });
    }
  },
  'everybody against everybody, and themselves': async (tasks, judge, [one, other]) => {
    for (const [i, taskId] of tasks.entries()) {
      const [says, against] = i % 2 ? ([1, 3] as const) : ([3, 1] as const);
      await judge({ rater: one, taskId, says });
      await judge({ rater: other, taskId, says: against });
      const again = await copyTask(taskId, 'retest');
      for (const [rater, later] of [[one, against], [other, says]] as const) await judge({ rater, taskId: again, says: later, standing: 'check' }); // prettier-ignore
    }
  },
};

const subjects: Record<Kind, string[]> = {
  compare: ['overall', 'aspect:helpful'],
  rank: ['overall'],
  rate: ['aspect:helpful', 'safety'],
};

/** What is said of the ratings of one aspect, on the pages of agreement and of annotators. */
const said: Record<string, { agreement: string[]; annotators: string[] }> = {
  'nothing at all': { agreement: ['Nothing has been judged here yet'], annotators: ['Nobody has judged anything here yet'] },
  'one answer': { agreement: ['there is only one rater'], annotators: ['there are no answers that can be compared', 'there is only one rater'] },
  'one person': { agreement: ['12 judgements by one person', 'there is only one rater'], annotators: ['there is only one rater'] },
  'no overlap': { agreement: ['no unit was rated by two people: 3 raters, 12 units'], annotators: ['no unit was rated by two people'] },
  'one item in common': { agreement: ['every rating is 1: agreement cannot be told from chance', '100% (21% to 100%)'], annotators: ['every rating is 1'] },
  'one category': { agreement: ['every rating is 2: agreement cannot be told from chance', '100% (76% to 100%)'], annotators: ['every rating is 2'] },
  'perfect agreement': { agreement: ['1.00 (no interval)', 'they agree, or disagree, without exception'], annotators: ['100% (76% to 100%)'] },
  'one who always takes the left': { agreement: ['1.00 (no interval)'], annotators: ['75% (47% to 91%)'] },
  'one who always says the same': { agreement: ['0.00 (no interval)', 'one of the two always says 1, so that κ is 0'], annotators: ['Dawid and Skene’s model'] },
  'everybody against everybody, and themselves': { agreement: ['0% (0% to 24%)', '-1.00 (no interval)'], annotators: ['0% (0% to 24%)', '-1.00 (no interval)'] },
}; // prettier-ignore

describe('pages of statistics', () => {
  for (const [name, fill] of Object.entries(bad))
    test(name, { timeout: 120_000 }, async () => {
      const slug = await judged(fill);
      for (const kind of kinds)
        for (const subject of subjects[kind])
          for (const page of ['agreement', 'annotators'] as const) {
            const text = await read(`/${page}?project=${slug}&kind=${kind}&subject=${subject}`);
            if (kind === 'rate' && subject !== 'safety') for (const one of said[name]![page]) expect(text, page).toContain(one);
          }
      for (const page of ['adjudication?show=open', 'adjudication?show=decided', 'questions?show=open', 'quality?', 'leaderboard?'])
        await read(`/${page}&project=${slug}`);
    });

  test('who always takes the left is marked', async () => {
    const slug = await judged(bad['one who always takes the left']!);
    expect(await read(`/annotators?project=${slug}`)).toMatch(/ ! +100% \(76% to 100%\)/);
  });
});

/** Each won by the first. */
const wins: Record<string, { wins: [string, string, number][]; says: string[] }> = {
  'a circle': { wins: [['llama', 'alpaca', 3], ['alpaca', 'vicuna', 3], ['vicuna', 'llama', 3]], says: ['0.00 ('] },
  'one that wins everything': { wins: [['llama', 'alpaca', 3], ['llama', 'vicuna', 3], ['alpaca', 'vicuna', 2], ['vicuna', 'alpaca', 2]], says: ['llama never lost to or tied with another'] },
  'two groups that never met': { wins: [['a', 'b', 2], ['b', 'a', 2], ['c', 'd', 2], ['d', 'c', 2]], says: ['2 groups that were never compared with each other: a, b / c, d'] },
  'one comparison': { wins: [['llama', 'alpaca', 1]], says: ['never lost to or tied with another'] },
}; // prettier-ignore

describe('the leaderboard', () => {
  for (const [name, { wins: rows, says }] of Object.entries(wins))
    test(name, { timeout: 120_000 }, async () => {
      const { id: projectId, slug } = await makeProject();
      const lines = async function* () {
        for (const [chosen_model, rejected_model, times] of rows)
          for (let i = 0; i < times; i++)
            yield `${JSON.stringify({ prompt: `Is ${chosen_model} better than ${rejected_model}, ${i}?`, chosen: 'Yes.', rejected: 'No!', chosen_model, rejected_model })}\n`;
      };
      await importRows(systemActor, { projectId, kind: 'comparisons', mode: 'all-or-nothing', text: lines() });
      const text = await read(`/leaderboard?project=${slug}`);
      for (const one of says) expect(text).toContain(one);
      for (const query of ['ties=davidson', 'style=controlled', 'subject=aspect:helpful'])
        await read(`/leaderboard?project=${slug}&${query}`);
    });
});
