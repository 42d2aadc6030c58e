/**
 * A write that carries a cookie must come from our own pages. Browsers say where a request comes from in `Sec-Fetch-Site`
 * and `Origin`, and no page can change either; what sends neither is not a browser, and nobody's cookie is in it unasked.
 */
import { env } from '@/lib/env';

export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  if (origin === null) return true;
  // A proxy in front may pass on another host than people see; HEED_URL says which one that is.
  return origin === new URL(env().baseUrl).origin || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'));
}
