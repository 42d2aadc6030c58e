import { boundedBody } from '@/lib/auth/bounded-body';
import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { importParams, importQuery, importRows } from '@/lib/dataset/import';
import { textOf } from '@/lib/dataset/lines';
import { spool } from '@/lib/dataset/spool';
import { projectIdOf } from '@/lib/projects/get-project';

const maxBytes = 256 * 2 ** 20;

/** The body is the file itself: JSON lines, or one JSON array. `?mode=skip-bad` imports the good lines in spite of bad ones. */
export const POST = route(
  { permission: 'project.manage', params: slugParams.extend(importParams.shape), query: importQuery },
  async ({ actor, params, query, request }) => {
    const projectId = await projectIdOf(actor, params.slug);
    return spool(boundedBody(request, maxBytes), (bytes) =>
      importRows(actor, { projectId, kind: params.kind, mode: query.mode, text: textOf(bytes) }),
    );
  },
);
