/**
 * The Llama family's stack of layers: RMSNorm, rotary positions, grouped-query attention, SwiGLU; biases where there are any (Qwen2).
 * Parameters carry Hugging Face's names and layout (Linear weights are [out, in]).
 */
import * as tf from '@tensorflow/tfjs';
import { rmsNorm } from '../../runtime/ops/rms-norm';
import { rotary } from '../../runtime/ops/rotary';
import { swiglu } from '../../runtime/ops/swiglu';
import type { LlamaConfig } from '../config';
import { embed, project, type Attend, type Params } from '../layers';

/** @param ids @param positions int32 (B, T) @returns (B·T, d), normed */
export function llamaLayers(config: LlamaConfig, params: Params, ids: tf.Tensor, positions: tf.Tensor, attend: Attend): tf.Tensor {
  const { numKvHeads: Hkv, headDim: D, numHeads: H, normEps, contextLength } = config;
  const [B, T] = ids.shape as [number, number];
  // Rows that hold several sequences may be longer than any of them may be.
  const length = Math.max(contextLength, T);
  const rotate = (x: tf.Tensor, heads: number) => rotary(tf.reshape(x, [B, T, heads * D]), positions, { length, ...config.rotary });
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, Hkv, D]), [0, 2, 1, 3]);
  let x = embed(params['model.embed_tokens.weight']!, ids);
  for (let i = 0; i < config.numLayers; i++) {
    const layer = (name: string, input: tf.Tensor) => project(config, params, `model.layers.${i}.${name}`, input);
    const norm = (name: string) => rmsNorm(x, params[`model.layers.${i}.${name}.weight`]!, normEps);
    const h = norm('input_layernorm');
    const q = rotate(layer('self_attn.q_proj', h), H);
    const k = rotate(layer('self_attn.k_proj', h), Hkv);
    const v = layer('self_attn.v_proj', h);
    x = tf.add(x, layer('self_attn.o_proj', attend(i, q, split(k), split(v))));
    const m = norm('post_attention_layernorm');
    x = tf.add(x, layer('mlp.down_proj', swiglu(layer('mlp.gate_proj', m), layer('mlp.up_proj', m))));
  }
  return rmsNorm(x, params['model.norm.weight']!, normEps);
}
