/** What PPO computes with tensors: reference log-probabilities and values of episodes, and optimizer steps on minibatches. */
import * as tf from '@tensorflow/tfjs';
import type { PpoConfig } from '@/lib/training/hyperparameters';
import { entropyOf, maskedMean, policyLoss, ratioGate, valueLoss } from '../losses/ppo';
import type { ModelConfig } from '../model/config';
import type { Params } from '../model/layers';
import { headLogprobs, hiddenStates, languageHead, scalarHead } from '../model/transformer';
import type { Model } from '../model/load';
import { layoutOf, pack, shapesOf, unpack, withoutPrefix, withPrefix, type Layout, type ParameterArrays } from '../model/parameters';
import { jit, type Compiled } from '../runtime/jit';
import { bool, float32, int32, type FloatArray, type NdArray } from '../runtime/nd-array';
import { tokenLogprobs } from '../runtime/ops/token-logprobs';
import { ptxLoss } from './ppo-ptx';
import type { Rollout } from './rollout';
import { compileTraining, type TrainProgram } from './training';

/** `layout` and `frozen`: what is trained and what is not, both under the prefixes `policy.` and `critic.`. */
export type Networks = { policy: ModelConfig; critic: ModelConfig; layout: Layout; frozen?: ParameterArrays };

/**
 * ids int32 and isPad bool (rows, P + N − 1), prompts padded on the left, responses on the right, without the last token, after which nothing is
 * decided; actions int32 (rows, N).
 */
type EpisodeInputs<T> = { ids: T; isPad: T; actions: T };

export type Episodes = {
  arrays: EpisodeInputs<NdArray>;
  responseLength: number;
  /** (rows, N): 1 on response tokens; log-probabilities when they were sampled. */
  mask: Float32Array;
  logprobs: Float32Array;
  /** A minibatch: the given rows with what the update needs beside tokens. `policyWeight`: where the critic warms up. */
  rows(
    indices: number[],
    extra: { values: Float32Array; advantages: Float32Array; returns: Float32Array; policyWeight?: number },
  ): Record<string, NdArray>;
};

export function collateEpisodes(rollouts: Rollout[], promptLength: number, responseLength: number, padId: number): Episodes {
  const B = rollouts.length;
  const T = promptLength + responseLength - 1;
  const ids = int32([B, T], new Int32Array(B * T).fill(padId));
  const isPad = bool([B, T], new Uint8Array(B * T).fill(1));
  const actions = int32([B, responseLength], new Int32Array(B * responseLength).fill(padId));
  const mask = new Float32Array(B * responseLength);
  const logprobs = new Float32Array(B * responseLength);
  rollouts.forEach(({ prompt, response, logprobs: sampled }, b) => {
    const start = b * T + promptLength - prompt.length;
    ids.data.set(prompt, start);
    const read = response.slice(0, responseLength - 1);
    ids.data.set(read, b * T + promptLength);
    isPad.data.fill(0, start, b * T + promptLength + read.length);
    actions.data.set(response, b * responseLength);
    mask.fill(1, b * responseLength, b * responseLength + response.length);
    logprobs.set(sampled, b * responseLength);
  });
  return {
    arrays: { ids, isPad, actions },
    responseLength,
    mask,
    logprobs,
    rows(indices, { values, advantages, returns, policyWeight }) {
      const take = <A extends Float32Array | Int32Array | Uint8Array>(data: A, width: number): A => {
        const out = new (data.constructor as new (n: number) => A)(indices.length * width);
        indices.forEach((row, i) => out.set(data.subarray(row * width, (row + 1) * width), i * width));
        return out;
      };
      const perToken = (data: Float32Array) => float32([indices.length, responseLength], take(data, responseLength));
      return {
        ids: int32([indices.length, T], take(ids.data, T)),
        isPad: bool([indices.length, T], take(isPad.data, T)),
        actions: int32([indices.length, responseLength], take(actions.data, responseLength)),
        mask: perToken(mask),
        oldLogprobs: perToken(logprobs),
        oldValues: perToken(values),
        advantages: perToken(advantages),
        returns: perToken(returns),
        ...(policyWeight !== undefined && { policyWeight: float32([1], [policyWeight]) }),
      };
    },
  };
}

export const networksOf = (policy: Model, critic: Model): Networks => ({
  policy: policy.config,
  critic: critic.config,
  layout: layoutOf({ ...withPrefix('policy', shapesOf(policy.layout)), ...withPrefix('critic', shapesOf(critic.layout)) }),
  frozen: { ...withPrefix('policy', policy.frozen), ...withPrefix('critic', critic.frozen) },
});

/** What of both is trained, in the order of `networksOf`. */
export const initialParams = ({ layout }: Networks, policy: Model, critic: Model): FloatArray =>
  pack(layout, {
    ...withPrefix('policy', unpack(policy.layout, policy.params)),
    ...withPrefix('critic', unpack(critic.layout, critic.params)),
  });

/** Hidden states at which the response's tokens are decided: one column before each. @returns (rows · N, d) */
function decisionStates(config: ModelConfig, params: Params, { ids, isPad, actions }: EpisodeInputs<tf.Tensor>): tf.Tensor {
  const [B, T] = ids.shape as [number, number];
  const N = actions.shape[1]!;
  const hidden = tf.reshape(hiddenStates(config, params, ids, isPad), [B, T, config.hiddenSize]);
  return tf.reshape(tf.slice(hidden, [0, T - N, 0], [-1, N, -1]), [B * N, config.hiddenSize]);
}

function actionLogits(config: ModelConfig, params: Params, batch: EpisodeInputs<tf.Tensor>, temperature: number): tf.Tensor {
  return tf.div(languageHead(config, params, decisionStates(config, params, batch)), temperature);
}

type ForwardInputs = { refParams: Params; criticParams: Params; episodes: EpisodeInputs<tf.Tensor> };

/** Before the update: the reference's log-probabilities of the actions, and the critic's values. Both (rows, N). */
export function compileForward(
  { policy, critic }: Pick<Networks, 'policy' | 'critic'>,
  temperature: number,
): Compiled<ForwardInputs, { refLogprobs: tf.Tensor; values: tf.Tensor }> {
  return jit('ppo-forward', ({ refParams, criticParams, episodes }: ForwardInputs) => {
    const shape = episodes.actions.shape;
    // Logits over T are those of hidden states over T.
    const states = tf.div(decisionStates(policy, refParams, episodes), temperature);
    return {
      refLogprobs: tf.reshape(headLogprobs(policy, refParams, states, tf.reshape(episodes.actions, [-1])).logprobs, shape),
      values: tf.reshape(scalarHead(criticParams, decisionStates(critic, criticParams, episodes)), shape),
    };
  });
}

/**
 * Optimizer steps on L = w·(L_policy − c_H·H + c_ptx·L_ptx) + c_v·L_value (Schulman et al. 2017, eq. 9; PPO-ptx: Ouyang et al. 2022,
 * eq. 2). w = `policyWeight` is 0 while only the critic warms up. A minibatch that the policy has left counts 0. Metrics under TRL's names.
 */
export function compilePpoTraining({ policy, critic, layout, frozen }: Networks, config: PpoConfig): TrainProgram {
  return compileTraining(
    'ppo',
    (all, batch) => {
      const { ids, isPad, actions, mask, oldLogprobs, oldValues, advantages, returns } = batch as Record<
        'ids' | 'isPad' | 'actions' | 'mask' | 'oldLogprobs' | 'oldValues' | 'advantages' | 'returns',
        tf.Tensor
      >;
      const criticParams = withoutPrefix('critic', all);
      const logits = actionLogits(policy, withoutPrefix('policy', all), { ids, isPad, actions }, config.temperature);
      const logprobs = tf.reshape(tokenLogprobs(logits, tf.reshape(actions, [-1])), actions.shape);
      const values = tf.reshape(scalarHead(criticParams, decisionStates(critic, criticParams, { ids, isPad, actions })), actions.shape);
      const surrogate = policyLoss({ logprobs, oldLogprobs, advantages, mask }, config.clipRange);
      const value = valueLoss({ values, oldValues, returns, mask }, config.clipRangeValue);
      const entropy = maskedMean(tf.reshape(entropyOf(logits), mask.shape), mask);
      const gate = ratioGate(surrogate.ratioMean, config.maxRatio);
      const ptx = config.ptxCoef === 0 ? null : ptxLoss(policy, withoutPrefix('policy', all), batch);
      let forPolicy = surrogate.loss;
      if (config.entropyCoef !== 0) forPolicy = tf.sub(forPolicy, tf.mul(config.entropyCoef, entropy));
      forPolicy = tf.mul(forPolicy, gate);
      if (ptx) forPolicy = tf.add(forPolicy, tf.mul(config.ptxCoef, ptx.loss));
      if (config.criticWarmupIterations > 0) forPolicy = tf.mul(forPolicy, tf.reshape(batch.policyWeight!, []));
      return {
        weight: tf.sum(mask),
        loss: tf.add(forPolicy, tf.mul(tf.mul(config.vfCoef, gate), value.loss)),
        combine: ptx ? { 'loss/ptx': ptx.count } : undefined,
        metrics: {
          'policy/approxkl_avg': surrogate.approxKl,
          'policy/clipfrac_avg': surrogate.clipFraction,
          'policy/entropy_avg': entropy,
          'loss/policy_avg': surrogate.loss,
          'loss/value_avg': value.loss,
          'val/clipfrac_avg': value.clipFraction,
          'val/ratio': surrogate.ratioMean,
          'val/ratio_var': surrogate.ratioVariance,
          'policy/skipped_minibatches': tf.sub(1, gate),
          ...(ptx && { 'loss/ptx': ptx.mean }),
        },
      };
    },
    config,
    layout,
    frozen,
  );
}
