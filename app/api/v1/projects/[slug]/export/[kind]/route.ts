import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { exportParams, exportQuery, exportRows } from '@/lib/dataset/export';
import { toStream } from '@/lib/dataset/to-stream';
import { projectIdOf } from '@/lib/projects/get-project';

/** JSON lines, streamed as they are read: an export is as large as the data. */
export const GET = route(
  { permission: 'data.export', params: slugParams.extend(exportParams.shape), query: exportQuery },
  async ({ actor, params, query }) => {
    const { slug, kind } = params;
    const lines = exportRows(actor, { ...query, projectId: await projectIdOf(actor, slug), kind });
    return new Response(toStream(lines), {
      headers: {
        'Content-Type': 'application/jsonl; charset=utf-8',
        'Content-Disposition': `attachment; filename="${slug}-${kind}.jsonl"`,
        'Cache-Control': 'no-store',
      },
    });
  },
);
