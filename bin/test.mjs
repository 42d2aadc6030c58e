/** `npm test`: prepares the checkout, runs every test, and ends with one plain line that says how it went. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, prepare, root } from './prepare.mjs';

await prepare({ web: true }).catch(fail);

const report = path.join(root, '.build/tests.json');
rmSync(report, { force: true });
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});

const { passed, failed, skipped } = count();
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : (status ?? 1);

/** A file that could not even be loaded, and a run that broke off, count as one failure each. */
function count() {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(readFileSync(report, 'utf8'));
  const unloadable = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  );
  const failed = results.numFailedTests + unloadable.length;
  return {
    passed: results.numPassedTests,
    failed: failed || (status === 0 ? 0 : 1),
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
