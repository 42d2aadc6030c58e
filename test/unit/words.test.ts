import { expect, test } from 'vitest';
import { pickLanguage } from '@/app/words/words';

test('the chosen language wins, then the first that the browser asks for and Heed speaks, then English', () => {
  expect(pickLanguage('de', 'en-US,en;q=0.9')).toBe('de');
  expect(pickLanguage(undefined, 'fr-FR, de-AT;q=0.8, en;q=0.5')).toBe('de');
  expect(pickLanguage('xx', 'en-GB')).toBe('en');
  expect(pickLanguage(undefined, null)).toBe('en');
  expect(pickLanguage(undefined, '')).toBe('en');
});
