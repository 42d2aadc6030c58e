import { describe, expect, it } from 'vitest';
import { roles } from '@/db/enums';
import { can, mustBeAble, permissions } from '@/lib/auth/permissions';

const matrix: Record<string, Record<(typeof roles)[number], boolean>> = {
  'task.work': { admin: true, reviewer: true, annotator: true },
  'round.view': { admin: true, reviewer: true, annotator: false },
  'data.view': { admin: true, reviewer: true, annotator: false },
  'data.export': { admin: true, reviewer: true, annotator: false },
  'lineage.view': { admin: true, reviewer: true, annotator: false },
  'quality.manage': { admin: true, reviewer: true, annotator: false },
  'round.manage': { admin: true, reviewer: false, annotator: false },
  'people.manage': { admin: true, reviewer: false, annotator: false },
  'project.manage': { admin: true, reviewer: false, annotator: false },
};

describe('permissions', () => {
  it('are as the matrix says, all of them', () => {
    expect([...permissions].sort()).toEqual(Object.keys(matrix).sort());
    for (const permission of permissions)
      for (const role of roles)
        expect([permission, role, can({ role }, permission)]).toEqual([permission, role, matrix[permission]![role]]);
  });

  it('refuse in words', () => {
    const annotator = { id: '1', name: 'A', email: 'a@example.org', role: 'annotator' as const };
    expect(() => mustBeAble(annotator, 'round.manage')).toThrow(
      'Your role (annotator) may not start or cancel rounds. Ask an admin to change your role.',
    );
  });
});
