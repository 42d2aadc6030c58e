import { expect, it } from 'vitest';
import { fieldsOf, read } from '@/app/(studio)/schema-form/fields';
import { projectSettingsSchema } from '@/lib/projects/settings';

const settings = (changes: object) => projectSettingsSchema.safeParse(changes);

it('names of aspects and safety categories are typed with commas between, and come back as they were', () => {
  const { data } = settings({ aspects: ['on topic', 'true'], safetyCategories: [] });
  const fields = fieldsOf(projectSettingsSchema, data);
  expect(fields.find(({ path }) => path === 'aspects')).toMatchObject({ kind: 'names', value: 'on topic, true', isRequired: false });
  const posted = { 'settings.aspects': ' on topic ,true,', 'settings.safetyCategories': '' };
  expect(read(projectSettingsSchema, posted, 'settings')).toEqual({ aspects: ['on topic', 'true'], safetyCategories: [] });
});

it.each([
  ['twice the same', ['true', 'true'], 'Each name only once.'],
  ['none', ['  '], 'A name is missing.'],
  ['one with a comma', ['a, b'], 'Names have no commas.'],
  ['too many', [...'abcdefghij'], 'At most nine names.'],
])('names of aspects are refused: %s', (_, aspects, message) => {
  expect(settings({ aspects }).error?.issues[0]?.message).toBe(message);
});

it('the points of the scale are chosen from those that there are', () => {
  const field = fieldsOf(projectSettingsSchema, settings({ scalePoints: 5 }).data).find(({ path }) => path === 'scalePoints');
  expect(field).toMatchObject({ kind: 'choice', options: ['2', '4', '5', '7', '9'], value: '5' });
  expect(read(projectSettingsSchema, { 'settings.scalePoints': '9' }, 'settings')).toEqual({ scalePoints: 9 });
  expect(settings(read(projectSettingsSchema, { 'settings.scalePoints': '6' }, 'settings')).success).toBe(false);
});
