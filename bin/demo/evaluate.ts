/** The hidden judge's verdict: how often a round's policy answers better than the SFT model it started from, on messages never used. */
import { taste } from '@/lib/demo/taste';
import { winRate, type WinRate } from '@/lib/ranking/win-rate';
import type { SampledResponse } from '@/lib/training/contract';
import type { Decoding } from '@/lib/training/hyperparameters';
import { demoPrompts, demoPromptsOptions } from '@/trainer/base-model/corpus';
import { distinctOfAsMuch } from '@/trainer/monitors/text';
import { runSample } from '@/trainer/stages/sample';

const evaluationPrompts = 250;

export type Verdict = WinRate & {
  /** Tokens, of the policy's responses. */
  meanLength: number;
  /** Distinct-2: the share of different word pairs, in as much text of the policy and of its SFT model. */
  distinct2: number;
  distinct2OfSft: number;
};

export async function evaluatePolicy(folders: { policy: string; sft: string }, decoding: Decoding): Promise<Verdict> {
  const known = new Set(demoPrompts(demoPromptsOptions));
  const texts = demoPrompts({ seed: demoPromptsOptions.seed + 1, size: 2 * evaluationPrompts }).filter((text) => !known.has(text));
  const prompts = texts.slice(0, evaluationPrompts).map((text, i) => ({ promptId: String(i), text }));
  const samples: SampledResponse[] = [];
  await runSample(
    {
      stage: 'sample',
      seed: decoding.seed,
      config: { ...decoding, numPrompts: prompts.length },
      policies: Object.entries(folders).map(([checkpointId, folder]) => ({ checkpointId, folder, samplesPerPrompt: 1 })),
      prompts,
      outputFolder: '',
      resumeFolder: null,
    },
    { report: (report) => report.type === 'samples' && samples.push(...report.samples), interruption: async () => null },
  );
  const of = (name: string) => new Map(samples.filter((s) => s.checkpointId === name).map((s) => [s.promptId, s]));
  const [policy, sft] = [of('policy'), of('sft')];
  const outcomes = prompts.map(({ promptId, text }) => {
    const difference = taste(text, policy.get(promptId)!.text) - taste(text, sft.get(promptId)!.text);
    return difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  });
  const lengths = [...policy.values()].map((s) => s.tokenCount);
  const written = [policy, sft].map((samples) => [...samples.values()].map((s) => s.text)) as [string[], string[]];
  const [distinct2, distinct2OfSft] = distinctOfAsMuch(written, 2).shares;
  return {
    ...winRate(outcomes),
    meanLength: lengths.reduce((a, b) => a + b, 0) / lengths.length,
    distinct2,
    distinct2OfSft,
  };
}
