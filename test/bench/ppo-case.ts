/** One PPO iteration as stages/ppo.ts makes it: rollouts, scores, reference log-probabilities and values, and the updates. */
import { ppoSchema } from '@/lib/training/hyperparameters';
import { inParts } from '@/trainer/data/collate';
import { advantagesAndReturns, tokenRewards, whiten } from '@/trainer/math/advantages';
import { klPerToken } from '@/trainer/math/kl';
import { createRng } from '@/lib/rng';
import type { Model } from '@/trainer/model/load';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { layoutOf, pack, unpack, withoutPrefix, withPrefix } from '@/trainer/model/parameters';
import { initialState } from '@/trainer/optimizer/adamw';
import { float32 } from '@/trainer/runtime/nd-array';
import { collateEpisodes, compileForward, compilePpoTraining } from '@/trainer/stages/ppo-networks';
import { compileSampler } from '@/trainer/stages/rollout';
import { compileScorer } from '@/trainer/stages/scoring';
import type { TrainState } from '@/trainer/stages/train-state';
import { trainSteps } from '@/trainer/stages/training';
import type { Runner } from './cases';
import type { BenchModel } from './models';

export const ppoSizes = { rows: 64, promptLength: 48, newTokens: 48, miniBatches: 2, epochs: 2 };

export async function ppoRunner({ config: modelConfig, tensors }: BenchModel): Promise<Runner> {
  const { rows, promptLength, newTokens, miniBatches, epochs } = ppoSizes;
  const config = ppoSchema.parse({ batchSize: rows, numMiniBatches: miniBatches, numPpoEpochs: epochs, temperature: 1 });
  // Without end tokens, as the peer has none: every response is of full length.
  const model = {
    config: { ...modelConfig, eosTokenIds: [] },
    tokenizer: { padId: 0, eosIds: [] as number[] },
    endId: -1,
  } as unknown as Model;
  const { 'lm_head.weight': _, ...body } = tensors;
  const scalar = { ...body, 'score.weight': float32([1, modelConfig.hiddenSize]) };
  const layout = layoutOf({
    ...withPrefix('policy', parameterShapes(modelConfig, 'language')),
    ...withPrefix('critic', parameterShapes(modelConfig, 'scalar')),
  });
  let state: TrainState = initialState(pack(layout, { ...withPrefix('policy', tensors), ...withPrefix('critic', scalar) }));
  const sampler = compileSampler(model, { temperature: 1, topK: 0, topP: 1, maxNewTokens: newTokens, seed: 1 }, rows);
  const scorer = compileScorer(model, 'last', rows);
  const networks = { policy: modelConfig, critic: modelConfig, layout };
  const forward = compileForward(networks, 1);
  const training = compilePpoTraining(networks, config);
  const rng = createRng(1);
  const prompts = Array.from({ length: rows }, () =>
    Array.from({ length: promptLength }, () => 3 + Math.floor(rng.next() * (modelConfig.vocabSize - 3))),
  );

  return {
    dispose: async () => {
      for (const program of [sampler, scorer, forward, training]) await program.dispose();
    },
    run: async () => {
      const own = unpack(layout, state.params);
      const rollouts = await sampler.sample(withoutPrefix('policy', own), prompts, 'bench');
      const scores = await scorer.score(scalar, rollouts);
      const episodes = collateEpisodes(rollouts, promptLength, newTokens, 0);
      const result = await forward({ refParams: tensors, criticParams: withoutPrefix('critic', own), episodes: episodes.arrays });
      const [refLogprobs, values] = [result.refLogprobs.data as Float32Array, result.values.data as Float32Array];
      const batch = { rows, columns: newTokens, mask: episodes.mask };
      const rewards = tokenRewards(batch, klPerToken('k1', episodes.logprobs, refLogprobs), scores, config.klCoef);
      const { advantages, returns } = advantagesAndReturns(batch, rewards, values, config.gamma, config.gaeLambda);
      const whitened = whiten(advantages, batch.mask);
      const size = rows / miniBatches;
      const plan = {
        firstStep: 0,
        totalSteps: epochs * miniBatches,
        stepsPerCall: epochs * miniBatches,
        learningRateAt: () => 1e-5,
        adam: config,
        batchAt: (step: number) => {
          const at = (step % miniBatches) * size;
          const part = Array.from({ length: size }, (_, i) => at + i);
          return inParts(part, 1).map((indices) => episodes.rows(indices, { values, advantages: whitened, returns }));
        },
      };
      for await (const call of trainSteps(training, state, plan)) state = call.state;
    },
  };
}
