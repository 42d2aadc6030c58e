import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '@/trainer/model/config';

const llama = {
  model_type: 'llama',
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 61,
  max_position_embeddings: 64,
};

describe('a Llama configuration', () => {
  it('gives its rotary base at the top, or where transformers 5 keeps it', () => {
    expect(parseModelConfig(llama).ropeTheta).toBe(10_000);
    expect(parseModelConfig({ ...llama, rope_theta: 500_000 }).ropeTheta).toBe(500_000);
    expect(parseModelConfig({ ...llama, rope_parameters: { rope_type: 'default', rope_theta: 500 } }).ropeTheta).toBe(500);
  });

  it('with scaled rotary positions is refused, however it says so', () => {
    expect(() => parseModelConfig({ ...llama, rope_parameters: { rope_type: 'llama3', rope_theta: 500_000, factor: 8 } })).toThrow(
      'rope_parameters.rope_type',
    );
    expect(() => parseModelConfig({ ...llama, rope_scaling: { rope_type: 'llama3', factor: 8 } })).toThrow('rope_scaling');
  });

  it('takes its end tokens from the generation settings first', () => {
    expect(parseModelConfig({ ...llama, eos_token_id: 2 }).eosTokenIds).toEqual([2]);
    expect(parseModelConfig({ ...llama, eos_token_id: 2 }, { eos_token_id: [1, 2] }).eosTokenIds).toEqual([1, 2]);
  });
});
