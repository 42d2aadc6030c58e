/**
 * One request to our own routes: JSON there and back, or a file as it is. Never throws: no answer at all is `status: 0`.
 * `keepalive` lets the request outlive the page; browsers take at most 64 KiB that way, so what is larger goes as usual.
 */
export type Reply = {
  status: number;
  data: unknown;
  /** Of the error, by which programs know it (lib/errors.ts); empty when there is none. */
  code: string;
  message: string;
  details: Record<string, unknown>;
};

/** In bytes, of all requests that outlive their page. */
const mostKeptAlive = 60_000;

export async function request(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
  options?: { keepalive?: boolean },
): Promise<Reply> {
  const isFile = body instanceof Blob;
  const content = body === undefined || isFile ? body : JSON.stringify(body);
  try {
    const response = await fetch(url, {
      method,
      keepalive: options?.keepalive && !(content && new Blob([content]).size > mostKeptAlive),
      headers: body === undefined || isFile ? undefined : { 'content-type': 'application/json' },
      body: content,
    });
    const data: unknown = response.status === 204 ? null : await response.json().catch(() => null);
    return { status: response.status, data, ...errorOf(data) };
  } catch {
    return { status: 0, data: null, code: '', message: '', details: {} };
  }
}

export const isSuccess = (reply: Reply): boolean => reply.status >= 200 && reply.status < 300;

/** The server could not be reached or could not do it now: the same request may succeed later. */
export const isPassing = (reply: Reply): boolean => reply.status === 0 || reply.status === 429 || reply.status >= 500;

function errorOf(data: unknown): Pick<Reply, 'code' | 'message' | 'details'> {
  const error = (data as { error?: Partial<Pick<Reply, 'code' | 'message' | 'details'>> } | null)?.error;
  return { code: error?.code ?? '', message: error?.message ?? '', details: error?.details ?? {} };
}

/** 128 random bits. `crypto.randomUUID` is missing where the site is not served over HTTPS or from this machine. */
export const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
