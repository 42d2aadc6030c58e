/**
 * The Llama family's stack of layers: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
 * Parameters carry Hugging Face's names and layout (Linear weights are [out, in]).
 */
import * as tf from '@tensorflow/tfjs';
import { rmsNorm } from '../../runtime/ops/rms-norm';
import { rotary } from '../../runtime/ops/rotary';
import { swiglu } from '../../runtime/ops/swiglu';
import type { ModelConfig } from '../config';
import { linear, type Attention, type Params } from '../layers';

/** The stack of layers. `attention` sees rotated queries (B, T, H·D) and keys and values (B, Hkv, T, D). @returns (B·T, d), normed */
export function llamaLayers(config: ModelConfig, params: Params, ids: tf.Tensor, positions: tf.Tensor, attention: Attention): tf.Tensor {
  const { numKvHeads: Hkv, headDim: D, hiddenSize: d, numHeads: H } = config;
  const [B, T] = ids.shape as [number, number];
  const table = { length: config.contextLength, headDim: D, theta: config.ropeTheta };
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, Hkv, D]), [0, 2, 1, 3]);
  let x: tf.Tensor = tf.reshape(tf.gather(params['model.embed_tokens.weight']!, tf.reshape(ids, [B * T]) as tf.Tensor1D), [B * T, d]);
  for (let i = 0; i < config.numLayers; i++) {
    const weight = (name: string) => params[`model.layers.${i}.${name}.weight`]!;
    const h = rmsNorm(x, weight('input_layernorm'), config.normEps);
    const q = rotary(tf.reshape(linear(h, weight('self_attn.q_proj')), [B, T, H * D]), positions, table);
    const k = rotary(tf.reshape(linear(h, weight('self_attn.k_proj')), [B, T, Hkv * D]), positions, table);
    const v = linear(h, weight('self_attn.v_proj'));
    x = tf.add(x, linear(attention(i, q, split(k), split(v)), weight('self_attn.o_proj')));
    const m = rmsNorm(x, weight('post_attention_layernorm'), config.normEps);
    x = tf.add(x, linear(swiglu(linear(m, weight('mlp.gate_proj')), linear(m, weight('mlp.up_proj'))), weight('mlp.down_proj')));
  }
  return rmsNorm(x, params['model.norm.weight']!, config.normEps);
}
