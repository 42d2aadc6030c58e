import { slugParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { projectIdOf } from '@/lib/projects/get-project';
import { exportQuery, exportReport, reportParams } from '@/lib/reports/export';

/** A table of the studio as CSV. */
export const GET = route(
  { permission: 'data.export', params: slugParams.extend(reportParams.shape), query: exportQuery },
  async ({ actor, params: { slug, report }, query }) =>
    new Response(await exportReport(actor, { query, projectId: await projectIdOf(actor, slug), report }), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="${slug}-${report}.csv"`,
        'Cache-Control': 'no-store',
      },
    }),
);
