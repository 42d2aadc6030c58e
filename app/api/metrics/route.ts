import { timingSafeEqual } from 'node:crypto';
import { route } from '@/lib/auth/route';
import { env } from '@/lib/env';
import { renderMetrics } from '@/lib/metrics';

const forAdmins = route({ permission: 'people.manage' }, metrics);

/** Prometheus' scrape: with HEED_METRICS_TOKEN as bearer token, or for a signed-in admin. */
export async function GET(request: Request, context: { params: Promise<Record<string, string>> }): Promise<Response> {
  return isScraper(request) ? metrics() : forAdmins(request, context);
}

async function metrics(): Promise<Response> {
  const { text, contentType } = await renderMetrics();
  return new Response(text, { headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' } });
}

function isScraper(request: Request): boolean {
  const { metricsToken } = env();
  const given = request.headers.get('authorization')?.replace(/^Bearer\s+/i, '');
  if (!metricsToken || !given) return false;
  const [a, b] = [given, metricsToken].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  return a.length === b.length && timingSafeEqual(a, b);
}
