import { ping } from '@/lib/health';

export const dynamic = 'force-dynamic';

/** For the launcher and for load balancers: 200 while the database answers, else 503. */
export async function GET(): Promise<Response> {
  const isUp = await ping();
  return Response.json(
    { status: isUp ? 'ok' : 'database unavailable' },
    { status: isUp ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
  );
}
