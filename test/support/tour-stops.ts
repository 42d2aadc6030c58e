/** What the tour shows, in which order, and what it says about it. */
import type { Page } from 'playwright-core';
import { everyPage, pausedPage, unfold } from './every-page';
import type { SampleProject } from './sample-project';

export type TourStop = {
  name: string;
  title: string;
  about: string;
  path: string;
  /** Who sees it, by their address; the admin, where nobody is named. */
  email?: string;
  isWholePage?: boolean;
  before?: (page: Page) => Promise<unknown>;
};

/** `of`: the page, where its name is another. */
type Words = Pick<TourStop, 'title' | 'about' | 'isWholePage' | 'before'> & { of?: string };

const type = async (page: Page, keys: string) => {
  for (const key of keys) {
    // Sooner, a press would be taken for one that was meant for the task before.
    await page.waitForTimeout(300);
    await page.keyboard.press(key);
  }
};

const answerAndExplain = async (page: Page) => {
  await page.getByRole('region', { name: 'Response B' }).waitFor();
  await page.keyboard.press('2');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.getByRole('region', { name: 'Response B' }).waitFor();
  await page.getByRole('button', { name: 'Reason' }).click();
  await page.getByRole('textbox').first().fill('It names the right item and says what happens next');
};

/** By the names in every-page.ts; in this order. */
const shown: Record<string, Words> = {
  home: { title: 'Home', about: 'What there is to do, and how far one is.' },
  compare: { title: 'Compare', about: 'One key is the answer, and it can be taken back for a few seconds.', before: answerAndExplain },
  'compare-differences': {
    of: 'compare',
    title: 'Differences',
    about: 'What one response says and the other does not, marked on demand.',
    before: async (page) => {
      await page.getByRole('region', { name: 'Response B' }).waitFor();
      await type(page, 'd');
    },
  },
  'compare-edit': {
    of: 'compare',
    title: 'The better one, made better',
    about: 'After the choice the better response can be edited: that is a demonstration, too.',
    before: async (page) => {
      await page.getByRole('region', { name: 'Response B' }).waitFor();
      await type(page, '2e');
    },
  },
  'compare-ask': {
    of: 'compare',
    title: 'Asking a reviewer',
    about: 'A question about the task on the screen, and what has been answered before. One may go on meanwhile.',
    before: async (page) => {
      await page.getByRole('region', { name: 'Response B' }).waitFor();
      await type(page, 'i');
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
      await page.getByLabel('Your question about this task').fill('Response A apologises twice. Is that too much?');
    },
  },
  rank: {
    title: 'Rank',
    about: 'Several responses in order, by drag or by keys; ties allowed.',
    before: async (page) => {
      await page.getByRole('list', { name: 'Your order' }).waitFor();
      await type(page, 'jjujt');
    },
  },
  rate: {
    title: 'Rate',
    about: 'One response on its own, aspect by aspect, and whether it is safe.',
    before: async (page) => {
      await page.getByRole('region', { name: 'Your judgement' }).waitFor();
      await type(page, '452u7');
    },
  },
  quiz: {
    title: 'The entrance quiz',
    about: 'Before any work: pairs whose answer is known from the guidelines.',
    before: (page) => page.getByRole('region', { name: 'Response B' }).waitFor(),
  },
  'quiz-answer': {
    of: 'quiz',
    title: 'What was meant',
    about: 'After an answer of the quiz that is not the known one, until it is read.',
    before: async (page) => {
      await page.getByRole('region', { name: 'Response B' }).waitFor();
      await type(page, '4');
      await page.getByRole('dialog').waitFor();
    },
  },
  paused: {
    title: 'Paused',
    about: 'What somebody reads whom a rule has paused: why, and that a reviewer decides.',
    before: (page) => pausedPage.ready!(page),
  },
  demonstrate: {
    title: 'Demonstrate',
    about: 'The response that one would want. The draft is kept while it is written.',
    before: (page) => page.getByLabel('Your response').fill('We are sorry that it came late. '),
  },
  'red-team': {
    title: 'Red-team',
    about: 'A conversation with a model, to find out where it fails, and what it should have said.',
    before: async (page) => {
      await page.getByLabel('Your message').press('Escape');
      await type(page, 'f6ec');
      await page.getByLabel('What it should have said').fill('I cannot tell you what other customers have ordered.');
    },
  },
  'my-work': { title: 'My work', about: 'One’s own answers, with search. Nobody else’s numbers.' },
  'my-work-rating': {
    title: 'One answer',
    about: 'As it was shown then, with its versions. While there is time it can be changed.',
    isWholePage: true,
  },
  'my-figures': { title: 'My figures', about: 'What one’s own answers say about how one judges.', isWholePage: true },
  guidelines: { title: 'Guidelines', about: 'In versions, with worked examples. People are told once when there is a new one.' },
  'my-questions': { title: 'My questions', about: 'What one asked, and what reviewers answered.' },
  precedents: { title: 'Precedents', about: 'Answered questions, without names, for everybody in the project to find.' },
  loop: { title: 'Loop', about: 'What there is, what is missing for the next round, and the rounds so far.', isWholePage: true },
  'round-running': { title: 'A round while it runs', about: 'Every number as a live chart.', isWholePage: true },
  'round-succeeded': { title: 'A round that succeeded', about: 'Its stages, numbers, answers and checkpoints.', isWholePage: true },
  'round-failed': {
    title: 'A round that failed',
    about: 'What went wrong, what to do about it, and what the watch saw.',
    isWholePage: true,
    before: unfold,
  },
  'red-team-results': { title: 'What red-teaming found', about: 'By category and severity, with every conversation.', isWholePage: true },
  'red-team-result': { title: 'One conversation', about: 'What was said, and what was said of it.', isWholePage: true },
  agreement: { title: 'Agreement', about: 'How far people agree, by kind, round and aspect.', isWholePage: true },
  annotators: { title: 'Annotators', about: 'Each person’s figures beside those of the others.', isWholePage: true },
  adjudication: {
    title: 'Adjudication',
    about: 'What people disagree about, the worst first, with their reasons; a reviewer’s verdict stands beside it.',
    before: (page) => page.keyboard.press('2'),
  },
  questions: {
    title: 'Questions',
    about: 'What people ask about their tasks, to be answered; an answer becomes a precedent.',
    isWholePage: true,
  },
  leaderboard: { title: 'Leaderboard', about: 'Which model people prefer, and how sure that is.', isWholePage: true },
  'known-answers': {
    title: 'Checks',
    about: 'Pairs whose answer is known: the entrance quiz and gold items, and how people did; who is warned or paused.',
    isWholePage: true,
  },
  models: { title: 'Models', about: 'Every checkpoint, and what it was made from.' },
  playground: { title: 'Playground', about: 'One prompt, one or two models.' },
  prompts: { title: 'Prompts', about: 'What the models are asked.' },
  prompt: { title: 'One prompt', about: 'What was answered, by whom, and what people said of it.', isWholePage: true },
  flagged: { title: 'Flagged', about: 'Tasks with which something is wrong.' },
  data: { title: 'Data', about: 'Import and export.', isWholePage: true },
  people: { title: 'People', about: 'Accounts and invitations.' },
  'delete-person': {
    title: 'Deleting a person',
    about: 'What becomes of their answers, and which rounds and checkpoints were made with them.',
    isWholePage: true,
  },
  settings: { title: 'Settings', about: 'Of the project, and what its rounds start from.', isWholePage: true },
};

export async function tourStops(sample: SampleProject, { running, newcomer }: { running: string; newcomer: string }): Promise<TourStop[]> {
  const pages: Pick<TourStop, 'name' | 'path' | 'email'>[] = [
    ...(await everyPage(sample)),
    { ...pausedPage, email: sample.paused.email! },
    { name: 'quiz', path: '/compare', email: newcomer },
    { name: 'round-running', path: `/rounds/${running}` },
  ];
  return Object.entries(shown).flatMap(([name, { of = name, ...words }]) => {
    const page = pages.find((one) => one.name === of);
    return page ? [{ name, path: page.path, email: page.email, ...words }] : [];
  });
}

/** The tour in Markdown: each page at every size, in every theme. */
export function tourPage(stops: TourStop[], of: { folder: string; sizes: string[]; schemes: readonly string[] }): string {
  const looks = of.sizes.flatMap((size) => of.schemes.map((scheme) => ({ size, scheme })));
  const widths: Record<string, number> = { wide: 420, phone: 150 };
  const sections = stops.map(({ name, title, about }) => {
    const pictures = looks.map(
      ({ size, scheme }) =>
        `<a href="${of.folder}/${name}-${size}-${scheme}.webp"><img src="${of.folder}/${name}-${size}-${scheme}.webp" width="${widths[size]}" alt="${title}, ${size === 'wide' ? '1440 pixels wide' : '390 pixels wide'}, ${scheme}"></a>`,
    );
    return `## ${title}\n\n${about}\n\n${pictures.join('\n')}\n`;
  });
  return `# A tour of the pages\n\nEvery page of a sample project, 1440 and 390 pixels wide, light and dark; a picture leads to itself at full size. The numbers on them are made up. \`npm run tour\` takes the pictures anew and writes this page.\n\n${sections.join('\n')}`;
}
