import { afterEach, expect, test, vi } from 'vitest';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';

afterEach(() => vi.unstubAllEnvs());
const names = [
  'HEED_POOL_SIZE',
  'HEED_LOG_LEVEL',
  'HEED_TRUST_PROXY',
  'HEED_ROOT',
  'HEED_DATA',
  'DATABASE_URL',
  'PORT',
  'HOST',
  'HEED_URL',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
];

function withEnv(values: Record<string, string>) {
  for (const name of names) vi.stubEnv(name, values[name]);
  return env();
}

test('nothing is needed', () => {
  expect(withEnv({})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    baseUrl: 'http://127.0.0.1:3000',
    dataFolder: `${process.cwd()}/.data`,
  });
});

test('an empty variable is as good as none', () => {
  expect(withEnv({ HEED_DATA: '', DATABASE_URL: '', HOST: '', HEED_URL: '', PORT: '' })).toEqual(withEnv({}));
});

test.each([
  [{ HOST: '0.0.0.0' }, 'http://localhost:3000'],
  [{ HOST: '::1', PORT: '80' }, 'http://[::1]:80'],
  [{ HEED_URL: 'https://heed.example.org/' }, 'https://heed.example.org'],
])('the address people open: %j', (values, baseUrl) => {
  expect(withEnv(values).baseUrl).toBe(baseUrl);
});

test.each([
  [{ PORT: 'http' }, /PORT.*must be a whole number from 0 to 65535/],
  [{ PORT: '70000' }, /PORT.*must be a whole number from 0 to 65535/],
  [{ HEED_POOL_SIZE: 'many' }, /HEED_POOL_SIZE.*must be a whole number/],
  [{ HEED_POOL_SIZE: '0' }, /HEED_POOL_SIZE/],
  [{ HEED_LOG_LEVEL: 'loud' }, /HEED_LOG_LEVEL/],
  [{ HEED_TRUST_PROXY: 'nginx' }, /HEED_TRUST_PROXY.*must be 1 or 0/],
  [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL.*postgres:\/\//],
  [{ HEED_URL: 'heed.example.org' }, /HEED_URL.*https:\/\//],
  [{ OIDC_ISSUER: 'id.example.org' }, /OIDC_ISSUER.*must be an address/],
  [{ OIDC_ISSUER: 'https://id.example.org' }, /OIDC_CLIENT_ID.*all three, or none/],
])('%j is refused by name', (values, message) => {
  expect(() => withEnv(values)).toThrow(HeedError);
  expect(() => withEnv(values)).toThrow(message);
});
