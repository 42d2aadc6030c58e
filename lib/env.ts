/**
 * Everything that Heed reads from environment variables, in one place, checked (db/ reads its own two, DATABASE_URL and
 * HEED_POOL_SIZE, again: it imports nothing of ours). Read at every call, never at import: the web
 * build has no environment, and tests change theirs. The launcher sets HEED_ROOT, HEED_DATA (absolute) and DATABASE_URL for
 * its children.
 */
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { HeedError } from './errors';

const logLevels = z.enum(['debug', 'info', 'warn', 'error']);

const whole = (from: number, to: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${from} to ${to}` })
    .int()
    .min(from)
    .max(to);

const schema = z
  .object({
    HEED_ROOT: z.string().optional(),
    HEED_DATA: z.string().optional(),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/name' }).optional(),
    PORT: whole(0, 65535).default(3000),
    HOST: z.string().optional(),
    HEED_URL: z.url({ protocol: /^https?$/, error: 'must be the address people open, e.g. https://heed.example.org' }).optional(),
    HEED_THREADS: whole(1, 256).optional(),
    HEED_TRUST_PROXY: z.stringbool({ error: 'must be 1 or 0' }).default(false),
    /** Read by db/client.ts, which imports nothing of ours; checked here, so that a wrong one is told before anything starts. */
    HEED_POOL_SIZE: whole(1, 999).optional(),
    HEED_LOG_LEVEL: logLevels.optional(),
    HEED_WORKER: z.url().optional(),
    NEXTAUTH_SECRET: z.string().optional(),
    HEED_BACKEND: z.enum(['onnx', 'tensorflow', 'cpu'], { error: 'must be onnx, tensorflow or cpu' }).default('onnx'),
    HEED_PROVIDER: z.enum(['cpu', 'webgpu', 'cuda'], { error: 'must be cpu, webgpu or cuda' }).default('cpu'),
    HEED_METRICS_TOKEN: z.string().optional(),
    HEED_CHECKPOINT_BUDGET_GB: z.coerce.number({ error: 'must be a number above 0' }).positive().default(20),
    HEED_OFFLINE: z.stringbool({ error: 'must be 1 or 0' }).default(false),
    HF_HUB_OFFLINE: z.stringbool({ error: 'must be 1 or 0' }).default(false),
    HF_ENDPOINT: z
      .url({ protocol: /^https?$/, error: 'must be an address, e.g. https://huggingface.co' })
      .default('https://huggingface.co'),
    HF_TOKEN: z.string().startsWith('hf_', 'must begin with hf_').optional(),
    HEED_MODEL_LIMIT_GB: z.coerce.number({ error: 'must be a number above 0' }).positive().default(10),
    OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an address, e.g. https://id.example.org' }).optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    OIDC_NAME: z.string().optional(),
  })
  .refine((e) => [e.OIDC_ISSUER, e.OIDC_CLIENT_ID, e.OIDC_CLIENT_SECRET].every((v) => !v === !e.OIDC_ISSUER), {
    path: ['OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET'],
    error: 'set all three, or none',
  });

export type Env = {
  /** The checkout: where package.json lies. */
  root: string;
  /** Absolute. Holds database, checkpoints, secret, logs. */
  dataFolder: string;
  databaseUrl?: string;
  /** Connections of the web app, at most; bin/connections.ts says what it is otherwise. */
  poolSize?: number;
  port: number;
  host: string;
  /** What people type into the browser, without a trailing slash. */
  baseUrl: string;
  /** Threads for the numerics. */
  threads: number;
  /** What computes them; see trainer/runtime/jit.ts. */
  backend: 'onnx' | 'tensorflow' | 'cpu';
  /** Where ONNX Runtime computes. */
  provider: 'cpu' | 'webgpu' | 'cuda';
  /** Whether a proxy in front says where a request comes from (the last element of X-Forwarded-For). */
  isProxyTrusted: boolean;
  /** Signs sessions. The launcher sets it for its children. */
  authSecret?: string;
  /** Another program in the numerics worker's place, for tests. */
  workerUrl?: string;
  metricsToken?: string;
  /** Disk that checkpoints may take; older ones go first. */
  checkpointBudgetBytes: number;
  /** Where models with a name (owner/name) come from, and how large one may be. */
  hub: { endpoint: string; token?: string; isOffline: boolean; maxBytes: number };
  oidc?: { issuer: string; clientId: string; clientSecret: string; name: string };
};

/** @throws HeedError invalid, naming the variable. */
export function env(): Env {
  // A variable that is set to nothing is not set.
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new HeedError('invalid', `The environment variable ${issue.path.join('.')} is wrong: ${issue.message}.`);
  }
  const e = parsed.data;
  const root = path.resolve(/* turbopackIgnore: true */ e.HEED_ROOT ?? '.');
  const host = e.HOST ?? '127.0.0.1';
  return {
    root,
    dataFolder: path.resolve(/* turbopackIgnore: true */ e.HEED_DATA ?? path.join(root, '.data')),
    databaseUrl: e.DATABASE_URL,
    poolSize: e.HEED_POOL_SIZE,
    port: e.PORT,
    host,
    baseUrl: (e.HEED_URL ?? `http://${addressable(host)}:${e.PORT}`).replace(/\/+$/, ''),
    threads: e.HEED_THREADS ?? availableParallelism(),
    isProxyTrusted: e.HEED_TRUST_PROXY,
    authSecret: e.NEXTAUTH_SECRET,
    workerUrl: e.HEED_WORKER,
    backend: e.HEED_BACKEND,
    provider: e.HEED_PROVIDER,
    metricsToken: e.HEED_METRICS_TOKEN,
    checkpointBudgetBytes: e.HEED_CHECKPOINT_BUDGET_GB * 1e9,
    hub: {
      endpoint: e.HF_ENDPOINT.replace(/\/+$/, ''),
      token: e.HF_TOKEN,
      isOffline: e.HEED_OFFLINE || e.HF_HUB_OFFLINE,
      maxBytes: e.HEED_MODEL_LIMIT_GB * 1e9,
    },
    oidc: e.OIDC_ISSUER
      ? { issuer: e.OIDC_ISSUER, clientId: e.OIDC_CLIENT_ID!, clientSecret: e.OIDC_CLIENT_SECRET!, name: e.OIDC_NAME ?? 'Single sign-on' }
      : undefined,
  };
}

/** For loggers, which are made at import, when nothing may throw: it is env() that refuses a wrong level. */
export const logLevel = (otherwise: z.infer<typeof logLevels>): string => logLevels.catch(otherwise).parse(process.env.HEED_LOG_LEVEL);

/** The name under which this machine itself reaches a server bound to `host`. */
function addressable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
