/**
 * Stands in for the numerics worker in tests of the trainer's main thread: takes steps that only wait, and reports as the real
 * one does. Steered by environment variables: FAKE_STEPS, FAKE_STEP_MS, FAKE_RESUME_EVERY, and FAKE_TROUBLE (JSON by stage:
 * "fail" | "alarm" | "crash" | "killed" | "killed once" | "abort" | "deaf").
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
let command = null;
const input = await new Promise((resolve) =>
  process.on('message', (message) => (message.stage ? resolve(message) : (command = message.type))),
);

const steps = Number(process.env.FAKE_STEPS ?? 4);
const stepMs = Number(process.env.FAKE_STEP_MS ?? 10);
const resumeEvery = Number(process.env.FAKE_RESUME_EVERY ?? 1);
const trouble = JSON.parse(process.env.FAKE_TROUBLE ?? '{}')[input.stage];

const report = (message) => new Promise((resolve) => process.send(message, resolve));

function checkpoint(kind, step) {
  const folder = path.join(input.outputFolder, `${kind}-${step}-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'state.json'), JSON.stringify({ step }));
  report({ type: 'checkpoint', kind, step, folder, sha256: 'a'.repeat(64), bytes: 10 });
}

function samples() {
  const decoding = { temperature: 1, topK: 0, topP: 1, maxNewTokens: 8, seed: input.seed };
  return input.policies.flatMap(({ checkpointId, samplesPerPrompt }) =>
    input.prompts.flatMap(({ promptId }) =>
      Array.from({ length: samplesPerPrompt }, (_, i) => ({
        promptId,
        checkpointId,
        decoding,
        text: `${checkpointId.slice(0, 8)} says ${i}`,
        isTruncated: false,
        tokenCount: 3,
      })),
    ),
  );
}

const first = input.resumeFolder ? JSON.parse(readFileSync(path.join(input.resumeFolder, 'state.json'), 'utf8')).step : 0;
for (let step = first + 1; step <= steps; step++) {
  await sleep(stepMs);
  if (trouble === 'crash') process.exit(7);
  if (trouble === 'killed' || (trouble === 'killed once' && !input.resumeFolder && step > 5)) process.kill(process.pid, 'SIGKILL');
  if (trouble === 'abort') process.abort();
  if (trouble === 'fail') {
    await report({ type: 'failed', message: 'The loss became NaN at step 1.', stack: '' });
    process.exit();
  }
  if (trouble === 'alarm') {
    const evidence = { numbers: [{ name: 'KL', now: 90, reference: 0, limit: 40 }], phrases: [], samples: [] };
    const alert = { monitor: 'kl-budget', severity: 'critical', step, seen: 'Far.', advice: 'Turn back.', evidence, isHalting: true };
    await report({ type: 'alert', alert });
    await report({ type: 'failed', message: 'The watch ended this stage.', stack: '' });
    process.exit();
  }
  report({ type: 'metrics', step, values: { loss: 1 / step, first } });
  report({ type: 'progress', fraction: step / steps });
  if (command === 'drain' || (step % resumeEvery === 0 && input.stage !== 'sample')) checkpoint('resume', step);
  if (command && trouble !== 'deaf') {
    await report({ type: 'finished', outcome: 'stopped' });
    process.exit();
  }
}
if (input.stage === 'sample') report({ type: 'samples', samples: samples() });
else checkpoint({ sft: 'sft', reward: 'reward', ppo: 'policy', dpo: 'policy' }[input.stage], steps);
await report({ type: 'finished', outcome: 'succeeded' });
process.exit();
