/** New responses for people to judge: every policy answers every prompt, as often as asked. */
import { failure } from '@/lib/training/failures';
import type { SampledResponse, StageInput } from '@/lib/training/contract';
import { decodingSchema } from '@/lib/training/hyperparameters';
import { loadModel } from '../model/load';
import { unpack } from '../model/parameters';
import { Stopped, type StageContext } from './context';
import { compileSampler, promptRoom } from './rollout';

const BATCH = 32;

export async function runSample(input: Extract<StageInput, { stage: 'sample' }>, context: StageContext): Promise<void> {
  const { numPrompts: _, ...decoding } = input.config;
  for (const [index, policy] of input.policies.entries()) {
    const model = await loadModel(policy.folder, 'language');
    const prompts = input.prompts.map((p) => ({ promptId: p.promptId, ids: model.tokenizer.encodePrompt(p.text) }));
    const fitting = prompts.filter((p) => p.ids.length <= promptRoom(model, decoding.maxNewTokens));
    if (fitting.length === 0) {
      throw failure('no-sample-prompts', {
        of: prompts.length,
        newTokens: decoding.maxNewTokens,
        contextLength: model.config.contextLength,
      });
    }
    // One step a policy: their contexts, and so what they leave out, may differ.
    context.report({
      type: 'metrics',
      step: index,
      values: { num_examples: fitting.length, num_left_out: prompts.length - fitting.length },
    });
    const params = unpack(model.layout, model.params);
    const sampler = compileSampler(model, { ...decoding, seed: input.seed }, BATCH);
    const wanted = (promptId: string) => policy.samplesByPrompt?.[promptId] ?? policy.samplesPerPrompt;
    const passes = Math.max(...fitting.map(({ promptId }) => wanted(promptId)));
    for (let k = 0; k < passes; k++) {
      const asked = fitting.filter(({ promptId }) => wanted(promptId) > k);
      for (let at = 0; at < asked.length; at += BATCH) {
        if (await context.interruption()) throw new Stopped();
        const part = asked.slice(at, at + BATCH);
        const rollouts = await sampler.sample(
          params,
          part.map((p) => p.ids),
          `sample ${policy.checkpointId} ${k} ${at}`,
        );
        const samples = rollouts.map((r, i): SampledResponse => ({
          promptId: part[i]!.promptId,
          checkpointId: policy.checkpointId,
          text: model.tokenizer.decode(r.response),
          decoding: decodingSchema.parse({ ...decoding, seed: input.seed }),
          isTruncated: r.isTruncated,
          tokenCount: r.response.length,
        }));
        context.report({ type: 'samples', samples });
        context.report({ type: 'progress', fraction: (index + (k + (at + part.length) / asked.length) / passes) / input.policies.length });
      }
    }
    await sampler.dispose();
  }
}
