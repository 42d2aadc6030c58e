import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import type { Actor } from '@/lib/auth/actor';
import { requireActor } from '@/lib/auth/session';

vi.mock('@/lib/auth/session', () => ({ requireActor: vi.fn() }));

const annotator: Actor = { id: 'a', name: 'Ann', email: 'ann@example.org', role: 'annotator' };
const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const useCase = vi.fn(async (actor: Actor, { name }: { name: string }) => `${actor.name} named it ${name}`);
const rename = (permission: 'task.work' | 'people.manage') => action(z.object({ name: z.string().min(3) }), permission, useCase);

it('a stranger learns nothing about what a form wants', async () => {
  vi.mocked(requireActor).mockRejectedValueOnce(new Error('to the sign-in page'));
  expect(await rename('task.work')({ ok: false }, form({ name: 'x' }))).not.toHaveProperty('fieldIssues.name');
  expect(useCase).not.toHaveBeenCalled();
});

it('session, then zod, then permission, then the use case', async () => {
  vi.mocked(requireActor).mockResolvedValue(annotator);
  expect(await rename('people.manage')({ ok: false }, form({ name: 'x' }))).toMatchObject({
    ok: false,
    fieldIssues: { name: { code: 'too_small' } },
  });
  const refused = await rename('people.manage')({ ok: false }, form({ name: 'long' }));
  expect(refused).toMatchObject({ ok: false, fieldIssues: undefined, refused: { code: 'forbidden' }, values: { name: 'long' } });
  expect(useCase).not.toHaveBeenCalled();
  expect(await rename('task.work')({ ok: false }, form({ name: 'long' }))).toMatchObject({ ok: true, data: 'Ann named it long' });
});
