import { describe, expect, it } from 'vitest';
import { parseModelConfig, type LlamaConfig } from '@/trainer/model/config';

const llama = {
  model_type: 'llama',
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 61,
  max_position_embeddings: 64,
};

const gpt2 = { model_type: 'gpt2', n_embd: 32, n_layer: 2, n_head: 4, vocab_size: 61, n_positions: 64 };
/** θ, from the second of the head's frequencies θ^(−2/D). */
const thetaOf = (json: object) => (parseModelConfig(json) as LlamaConfig).rotary.inverseFrequencies[1]! ** -4;

describe('a Llama configuration', () => {
  it('gives its rotary base at the top, or where transformers 5 keeps it', () => {
    expect(thetaOf(llama) / 10_000).toBeCloseTo(1, 4);
    expect(thetaOf({ ...llama, rope_theta: 500_000 }) / 500_000).toBeCloseTo(1, 4);
    expect(thetaOf({ ...llama, rope_parameters: { rope_type: 'default', rope_theta: 500 } }) / 500).toBeCloseTo(1, 4);
  });

  it('takes its end tokens from the generation settings first', () => {
    expect(parseModelConfig({ ...llama, eos_token_id: 2 }).eosTokenIds).toEqual([2]);
    expect(parseModelConfig({ ...llama, eos_token_id: 2 }, { eos_token_id: [1, 2] }).eosTokenIds).toEqual([1, 2]);
  });
});

describe('what is not supported is refused by name', () => {
  const qwen2 = { ...llama, model_type: 'qwen2' };
  it.each([
    ['an unknown rotary variant', { ...llama, rope_scaling: { rope_type: 'longrope', factor: 8 } }, '"longrope"'],
    ['a variant without its fields', { ...llama, rope_scaling: { type: 'llama3', factor: 8 } }, 'low_freq_factor'],
    ['a head that is rotated in part', { ...llama, partial_rotary_factor: 0.5 }, 'partial_rotary_factor'],
    ['the same in the new place', { ...llama, rope_parameters: { rope_theta: 500, partial_rotary_factor: 0.5 } }, 'partial_rotary_factor'],
    ['another activation', { ...llama, hidden_act: 'gelu' }, 'hidden_act'],
    ['a sliding window in use', { ...qwen2, use_sliding_window: true, sliding_window: 16, max_window_layers: 1 }, 'use_sliding_window'],
    ['layers that slide', { ...qwen2, layer_types: ['full_attention', 'sliding_attention'] }, 'layer_types'],
    ['heads that share unevenly', { ...llama, num_key_value_heads: 3 }, 'evenly'],
    ["GPT-2's other activations", { ...gpt2, activation_function: 'relu' }, 'activation_function'],
    ['attention scaled by layer', { ...gpt2, scale_attn_by_inverse_layer_idx: true }, 'scale_attn_by_inverse_layer_idx'],
    ['attention that is not scaled', { ...gpt2, scale_attn_weights: false }, 'scale_attn_weights'],
    ['cross-attention', { ...gpt2, add_cross_attention: true }, 'add_cross_attention'],
    ['another family', { model_type: 'toString' }, 'toString'],
  ])('%s', (_, json, message) => {
    expect(() => parseModelConfig(json)).toThrow(message);
  });

  it('but a window that is not used is fine, and so are dropout and reordering', () => {
    expect(parseModelConfig({ ...qwen2, use_sliding_window: false, sliding_window: 16 }).architecture).toBe('qwen2');
    expect(parseModelConfig({ ...gpt2, resid_pdrop: 0.1, reorder_and_upcast_attn: true, n_inner: null }).intermediateSize).toBe(128);
  });
});
