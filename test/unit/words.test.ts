import { expect, test } from 'vitest';
import { fieldWords } from '@/app/words/fields';
import { languages, pickLanguage } from '@/app/words/words';
import { projectSettingsSchema } from '@/lib/projects/settings';
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
