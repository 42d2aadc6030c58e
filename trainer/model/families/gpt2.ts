/**
 * The GPT-2 family's stack of layers: learned positions, LayerNorm, fused query-key-value projection, GELU (tanh).
 * Parameters carry Hugging Face's names and layout (Conv1D weights are [in, out]).
 */
import * as tf from '@tensorflow/tfjs';
import { gelu } from '../../runtime/ops/gelu';
import { layerNorm } from '../../runtime/ops/layer-norm';
import type { Gpt2Config } from '../config';
import { embed, project, type Attend, type Params } from '../layers';

/** @param ids @param positions int32 (B, T) @returns (B·T, d), normed */
export function gpt2Layers(config: Gpt2Config, params: Params, ids: tf.Tensor, positions: tf.Tensor, attend: Attend): tf.Tensor {
  const { numHeads: H, headDim: D, hiddenSize: d, normEps } = config;
  const [B, T] = ids.shape as [number, number];
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, H, D]), [0, 2, 1, 3]);
  let x: tf.Tensor = tf.add(embed(params['transformer.wte.weight']!, ids), embed(params['transformer.wpe.weight']!, positions));
  const norm = (name: string) => layerNorm(x, params[`transformer.${name}.weight`]!, params[`transformer.${name}.bias`]!, normEps);
  for (let i = 0; i < config.numLayers; i++) {
    const layer = (name: string, input: tf.Tensor) => project(config, params, `transformer.h.${i}.${name}`, input);
    const [q, k, v] = tf.split(layer('attn.c_attn', norm(`h.${i}.ln_1`)), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    x = tf.add(x, layer('attn.c_proj', attend(i, tf.reshape(q, [B, T, d]), split(k), split(v))));
    x = tf.add(x, layer('mlp.c_proj', gelu(layer('mlp.c_fc', norm(`h.${i}.ln_2`)))));
  }
  return norm('ln_f');
}
