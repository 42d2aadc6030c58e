import { boundedBody } from '@/lib/auth/bounded-body';
import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { importParams, importQuery, importRows } from '@/lib/dataset/import';
import { linesOf } from '@/lib/dataset/lines';
import { projectIdOf } from '@/lib/projects/get-project';

const maxBytes = 256 * 2 ** 20;

/** The body is the file itself: JSON lines, or one JSON array. `?mode=skip-bad` imports the good lines in spite of bad ones. */
export const POST = route(
  { permission: 'project.manage', params: slugParams.extend(importParams.shape), query: importQuery },
  async ({ actor, params, query, request }) =>
    importRows(actor, {
      projectId: await projectIdOf(actor, params.slug),
      kind: params.kind,
      mode: query.mode,
      lines: linesOf(boundedBody(request, maxBytes)),
    }),
);
