/** Which parameters a model has. Free of tensors, so that a folder can be checked without loading a numeric backend. */
import type { Gpt2Config, LlamaConfig, ModelConfig } from './config';

type Shapes = Record<string, number[]>;

/** Names and shapes of all parameters, in a fixed order. `head` adds the scalar head of reward models and critics. */
export function parameterShapes(config: ModelConfig, head: 'language' | 'scalar'): Shapes {
  const shapes = config.architecture === 'gpt2' ? gpt2Shapes(config) : llamaShapes(config);
  if (head === 'scalar') shapes['score.weight'] = [1, config.hiddenSize];
  else if (!config.tieWordEmbeddings) shapes['lm_head.weight'] = [config.vocabSize, config.hiddenSize];
  return shapes;
}

/** The token embeddings, which are the language head as well where they are tied. */
export const embeddingName = (config: ModelConfig): string =>
  config.architecture === 'gpt2' ? 'transformer.wte.weight' : 'model.embed_tokens.weight';

function llamaShapes(config: LlamaConfig): Shapes {
  const { hiddenSize: d, headDim, numHeads, numKvHeads, intermediateSize: f, biases } = config;
  const shapes: Shapes = { 'model.embed_tokens.weight': [config.vocabSize, d] };
  const linear = (name: string, out: number, into: number, hasBias: boolean) => {
    shapes[`${name}.weight`] = [out, into];
    if (hasBias) shapes[`${name}.bias`] = [out];
  };
  for (let i = 0; i < config.numLayers; i++) {
    const layer = `model.layers.${i}`;
    linear(`${layer}.self_attn.q_proj`, numHeads * headDim, d, biases.qkv);
    linear(`${layer}.self_attn.k_proj`, numKvHeads * headDim, d, biases.qkv);
    linear(`${layer}.self_attn.v_proj`, numKvHeads * headDim, d, biases.qkv);
    linear(`${layer}.self_attn.o_proj`, d, numHeads * headDim, biases.output);
    linear(`${layer}.mlp.gate_proj`, f, d, biases.mlp);
    linear(`${layer}.mlp.up_proj`, f, d, biases.mlp);
    linear(`${layer}.mlp.down_proj`, d, f, biases.mlp);
    shapes[`${layer}.input_layernorm.weight`] = [d];
    shapes[`${layer}.post_attention_layernorm.weight`] = [d];
  }
  shapes['model.norm.weight'] = [d];
  return shapes;
}

function gpt2Shapes(config: Gpt2Config): Shapes {
  const { hiddenSize: d, intermediateSize: f } = config;
  const shapes: Shapes = { 'transformer.wte.weight': [config.vocabSize, d], 'transformer.wpe.weight': [config.contextLength, d] };
  const conv1d = (name: string, into: number, out: number) =>
    Object.assign(shapes, { [`${name}.weight`]: [into, out], [`${name}.bias`]: [out] });
  const norm = (name: string) => Object.assign(shapes, { [`${name}.weight`]: [d], [`${name}.bias`]: [d] });
  for (let i = 0; i < config.numLayers; i++) {
    const layer = `transformer.h.${i}`;
    norm(`${layer}.ln_1`);
    conv1d(`${layer}.attn.c_attn`, d, 3 * d);
    conv1d(`${layer}.attn.c_proj`, d, d);
    norm(`${layer}.ln_2`);
    conv1d(`${layer}.mlp.c_fc`, d, f);
    conv1d(`${layer}.mlp.c_proj`, f, d);
  }
  norm('transformer.ln_f');
  return shapes;
}
