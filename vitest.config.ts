import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Nothing that a test does may reach what the user's own environment points to.
for (const name of ['DATABASE_URL', 'HEED_DATA', 'HEED_URL', 'PORT', 'HOST']) delete process.env[name];

const project = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});
const withDatabase = { globalSetup: './test/support/database-server.ts', hookTimeout: 120_000 };

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    // What a page comes to show may take a while where other things compute.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      project('unit'),
      project('golden', { testTimeout: 120_000 }),
      project('invariant', { testTimeout: 300_000 }),
      project('db', { ...withDatabase, testTimeout: 120_000 }),
      project('e2e', { ...withDatabase, testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false }),
    ],
  },
});
