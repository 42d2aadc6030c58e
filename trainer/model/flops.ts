import type { ModelConfig } from './config';

/**
 * Floating-point operations of forward and backward pass for one token of a row of `length`: 6 a matrix parameter, and attention's
 * 12·layers·width·length (Chowdhery et al. 2022, appendix B; a causal mask's halves are both counted).
 */
export function trainingFlopsPerToken(config: ModelConfig, matrixParameters: number, length: number): number {
  return 6 * matrixParameters + 12 * config.numLayers * config.numHeads * config.headDim * length;
}
