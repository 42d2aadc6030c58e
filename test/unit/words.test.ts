import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { alertInWords } from '@/app/words/alerts';
import { badLineInWords } from '@/app/words/bad-lines';
import { failureInWords } from '@/app/words/failures';
import { fieldWords } from '@/app/words/fields';
import { lackInWords } from '@/app/words/lacks';
import { issueInWords } from '@/app/words/problems';
import { refusalInWords } from '@/app/words/refusals';
import { whyNotInWords } from '@/app/words/why-not';
import { languages, pickLanguage } from '@/app/words/words';
import type { Refused } from '@/lib/auth/form-state';
import type { BadRow } from '@/lib/dataset/bad-lines';
import { readRow, type ImportKind } from '@/lib/dataset/row';
import { fieldProblems } from '@/lib/field-problems';
import { fieldIssues } from '@/lib/parse';
import { refusal, refusals } from '@/lib/refusals';
import { projectSettingsSchema } from '@/lib/projects/settings';
import { lack, wayToCompare } from '@/lib/rounds/lacks';
import { cannot } from '@/lib/statistics/computed';
import { crash, failure, failureDetails } from '@/lib/training/failures';
import { loraSchema } from '@/lib/training/hyperparameters';
import { leavesOf } from '@/lib/training/leaves';

test('the chosen language wins, then the first that the browser asks for and Heed speaks, then English', () => {
  expect(pickLanguage('de', 'en-US,en;q=0.9')).toBe('de');
  expect(pickLanguage(undefined, 'fr-FR, de-AT;q=0.8, en;q=0.5')).toBe('de');
  expect(pickLanguage('xx', 'en-GB')).toBe('en');
  expect(pickLanguage(undefined, null)).toBe('en');
  expect(pickLanguage(undefined, '')).toBe('en');
});

test('every setting has its help in every language', () => {
  const paths = [projectSettingsSchema, loraSchema].flatMap((schema) => leavesOf(schema).map(({ path }) => path));
  for (const language of languages.filter((one) => one !== 'en'))
    expect(
      paths.filter((path) => !fieldWords(path, language)),
      language,
    ).toEqual([]);
});

test('a refusal is said in English by the server and in the reader’s language by pages', () => {
  const error = refusal('too-few-quiz-pairs', { fresh: 1, needed: 4 });
  expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('an attempt takes 4') });
  const { code, message, details } = JSON.parse(JSON.stringify({ ...error, message: error.message })) as Refused;
  expect(refusalInWords({ code, message, details }, 'en')).toBe(message);
  expect(refusalInWords({ code, message, details }, 'de')).toContain('ein Versuch braucht 4');
  expect(refusal('unchanged', {}, { field: 'text' })).toMatchObject({ details: { fields: { text: refusals.unchanged[1] } } });
});

test('no use case refuses a person with a sentence of its own, which pages could only repeat in English', async () => {
  // What the command line, the trainer and the operator meet.
  const elsewhere = /^lib\/(jobs\/|data-folder|env|errors|refusals|parse|inference\/ask|red-team\/send-turn|reasons)/;
  const files = (await readdir('lib', { recursive: true })).map((file) => `lib/${file}`).filter((file) => file.endsWith('.ts'));
  const own = [];
  for (const file of files.filter((one) => !elsewhere.test(one)))
    if ((await readFile(file, 'utf8')).includes('new HeedError(')) own.push(file);
  expect(own).toEqual([]);
});

test('why a stage failed is said from what is stored beside the English, and in English where nothing is', () => {
  const last = crash('exit', { code: 7 });
  const { message, details } = failure('broken', { times: 3, last });
  const stored = JSON.parse(JSON.stringify(failureDetails(details))) as typeof details;
  expect(message).toBe('The stage broke 3 times in a row. The last time: the numerics process ended with code 7.');
  expect(failureInWords(message, failureDetails(stored), 'en')).toEqual({ text: message });
  expect(failureInWords(message, failureDetails(stored), 'de')).toEqual({
    text: 'Die Stufe ist 3-mal hintereinander abgebrochen. Beim letzten Mal: Die Berechnung endete mit dem Code 7.',
  });
  expect(failureInWords('config.json: file: broken.', failureDetails({ tensor: 'x' }), 'de')).toMatchObject({ lang: 'en' });
});

test('what the trainer and the playground both meet has one sentence in both places', () => {
  const { code, message, details } = refusal('no-provider', { provider: 'cuda', problem: 'its binaries are not installed' });
  const german = failureInWords(message, failureDetails(details), 'de');
  expect(message).toMatch(/^The execution provider cuda does not start here: its binaries are not installed\. .*HEED_PROVIDER=cpu\.$/);
  expect(german).toEqual({ text: refusalInWords({ code, message, details: details! }, 'de') });
  expect(german.text).toMatch(/^Die Recheneinheit cuda startet hier nicht \(its binaries are not installed\)\. .*HEED_PROVIDER=cpu\.$/);
});

test('no stage fails with a sentence of its own, which pages could only repeat in English', async () => {
  const files = ['trainer/stages', 'lib/jobs'].map(async (folder) =>
    Promise.all((await readdir(folder)).map(async (file) => [file, await readFile(`${folder}/${file}`, 'utf8')] as const)),
  );
  const own = (await Promise.all(files)).flat().filter(([, code]) => code.includes('new HeedError('));
  expect(own.map(([file]) => file)).toEqual([]);
});

test('what a round lacks, what is wrong with a line, and why there is no figure, with what stands in the sentence', () => {
  const way = wayToCompare('sampling', { percent: 42 });
  expect(lackInWords(lack('comparisons', { have: 1, need: 8, undecided: 2, way }), 'de')).toMatch(
    /^Vergleiche: 1 von 8 \(dazu 2-mal .*42 %/,
  );
  const said = (kind: ImportKind, row: unknown) => {
    try {
      readRow(kind, row);
    } catch (error) {
      return badLineInWords((error as BadRow).why, 'de');
    }
  };
  expect(said('prompts', { prompt: '' })).toBe('„prompt“: Der Prompt ist leer.');
  expect(said('prompts', { prompt: 5 })).toBe('„prompt“ muss ein Text sein oder eine Liste von {"role", "content"}.');
  expect(said('comparisons', { chosen: 'a' })).toBe('„rejected“ fehlt.');
  const figure = cannot('few-repeats', { fewest: 10, repeats: 3 });
  expect(whyNotInWords(figure, 'de')).toBe('Lässt sich nicht berechnen: Es braucht mindestens 10 Wiederholungen, und es gibt 3.');
  expect(whyNotInWords(figure, 'en')).toBe('Can’t be computed, because it needs at least 10 repeats, and there are 3.');
});

test('zod’s findings are said in German by their code, our own rules by their sentence', () => {
  const schema = z.object({
    name: z.string().min(1, 'Enter a name.'),
    short: z.string().max(100),
    count: z.number().int().min(2),
    keys: z.array(z.string()).refine((list) => new Set(list).size === list.length, fieldProblems.twice),
  });
  const { error } = schema.safeParse({ name: '', short: 'x'.repeat(101), count: 1, keys: ['a', 'a'] });
  const issues = fieldIssues(error!);
  expect(Object.fromEntries(Object.entries(issues).map(([path, issue]) => [path, issueInWords(issue, 'de')]))).toEqual({
    name: 'Hier fehlt noch etwas.',
    short: 'Höchstens 100 Zeichen.',
    count: 'Mindestens 2.',
    keys: 'Jeder Name nur einmal.',
  });
  expect(issueInWords(issues.name!, 'en')).toBe('Enter a name.');
});

test('what the watch has seen is said in German from its evidence, and as it was written where that lacks something', () => {
  const numbers = [
    { name: 'KL per response' as const, now: 52.34, reference: 0, limit: 40 },
    { name: 'KL per token' as const, now: 1.5, reference: 0, limit: 1 },
  ];
  const alert = { monitor: 'kl-budget', seen: 'Far away.', advice: 'Stop.', evidence: { numbers, phrases: [], samples: [] } };
  const said = alertInWords(alert, 'de');
  expect(said.seen).toContain('52,3 nats je Antwort (1,5 je Token)');
  expect(said).not.toHaveProperty('lang');
  expect(alertInWords(alert, 'en')).toMatchObject({ seen: 'Far away.', advice: 'Stop.' });
  expect(alertInWords({ ...alert, evidence: { ...alert.evidence, numbers: [] } }, 'de')).toEqual({
    seen: 'Far away.',
    advice: 'Stop.',
    lang: 'en',
  });
});
