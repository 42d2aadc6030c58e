/** Which parameters a Llama has. Free of tensors, so that a folder can be checked without loading a numeric backend. */
import type { ModelConfig } from './config';

/** Names and shapes of all parameters, in a fixed order. `head` adds the scalar head of reward models and critics. */
export function parameterShapes(config: ModelConfig, head: 'language' | 'scalar'): Record<string, number[]> {
  const { hiddenSize: d, headDim, numHeads, numKvHeads, intermediateSize: f } = config;
  const shapes: Record<string, number[]> = { 'model.embed_tokens.weight': [config.vocabSize, d] };
  for (let i = 0; i < config.numLayers; i++) {
    const layer = `model.layers.${i}`;
    Object.assign(shapes, {
      [`${layer}.self_attn.q_proj.weight`]: [numHeads * headDim, d],
      [`${layer}.self_attn.k_proj.weight`]: [numKvHeads * headDim, d],
      [`${layer}.self_attn.v_proj.weight`]: [numKvHeads * headDim, d],
      [`${layer}.self_attn.o_proj.weight`]: [d, numHeads * headDim],
      [`${layer}.mlp.gate_proj.weight`]: [f, d],
      [`${layer}.mlp.up_proj.weight`]: [f, d],
      [`${layer}.mlp.down_proj.weight`]: [d, f],
      [`${layer}.input_layernorm.weight`]: [d],
      [`${layer}.post_attention_layernorm.weight`]: [d],
    });
  }
  shapes['model.norm.weight'] = [d];
  if (head === 'scalar') shapes['score.weight'] = [1, d];
  else if (!config.tieWordEmbeddings) shapes['lm_head.weight'] = [config.vocabSize, d];
  return shapes;
}
