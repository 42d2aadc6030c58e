/**
 * Low-rank adapters (Hu et al. 2021): a linear layer y = x·Wᵀ becomes x·Wᵀ + (alpha / r)·(x·Aᵀ)·Bᵀ, where W is frozen and A (r, in),
 * B (out, r) are trained. Names, shapes and first values are PEFT's, for GPT-2's transposed layers, too. No dropout. Free of tensors.
 */
import { refusal } from '@/lib/refusals';
import type { LoraSettings } from '@/lib/training/hyperparameters';
import { createRng } from '@/lib/rng';
import { float32, type FloatArray } from '../runtime/nd-array';
import type { ModelConfig } from './config';
import { embeddingName, parameterShapes } from './parameter-shapes';

/**
 * `targetModules`: names of linear layers, or the ends of their names (`q_proj`, `attn.c_proj`), or all of them; heads and
 * embeddings are never adapted.
 */
export type LoraConfig = LoraSettings;

type Arrays = Record<string, FloatArray>;
type Target = { name: string; into: number; out: number };

/** What an update is multiplied with. */
export const loraScale = ({ alpha, r }: LoraConfig): number => alpha / r;

function linearLayers(config: ModelConfig): Target[] {
  const heads = ['lm_head.weight', embeddingName(config), 'transformer.wpe.weight'];
  return Object.entries(parameterShapes(config, 'language')).flatMap(([name, shape]) => {
    if (shape.length !== 2 || heads.includes(name)) return [];
    const [out, into] = config.architecture === 'gpt2' ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
    return [{ name: name.slice(0, -'.weight'.length), into, out }];
  });
}

/** The layers that are adapted, in the model's order. Throws HeedError(invalid) for names that fit no layer. */
export function targetsOf(config: ModelConfig, { targetModules }: LoraConfig): Target[] {
  const layers = linearLayers(config);
  if (targetModules === 'all-linear') return layers;
  const fits = (layer: string, target: string) => layer === target || layer.endsWith(`.${target}`);
  const unknown = targetModules.find((target) => !layers.some(({ name }) => fits(name, target)));
  if (unknown !== undefined) {
    const known = [...new Set(layers.map(({ name }) => name.split('.').at(-1)!))];
    throw refusal('no-such-layer', { layer: unknown, known });
  }
  return layers.filter(({ name }) => targetModules.some((target) => fits(name, target)));
}

/** The ends of the adapted layers' names, as an adapter_config.json lists them. */
export const targetNames = (config: ModelConfig, lora: LoraConfig): string[] =>
  lora.targetModules === 'all-linear'
    ? [...new Set(targetsOf(config, lora).map(({ name }) => name.split('.').at(-1)!))]
    : [...lora.targetModules];

/** Names and shapes of the adapters' matrices. */
export function adapterShapes(config: ModelConfig, lora: LoraConfig): Record<string, number[]> {
  return Object.fromEntries(
    targetsOf(config, lora).flatMap(({ name, into, out }) => [
      [`${name}.lora_A.weight`, [lora.r, into]],
      [`${name}.lora_B.weight`, [out, lora.r]],
    ]),
  );
}

/** As PEFT begins: A uniform in ±1/√in (Kaiming with a = √5), B zero, so that the model starts as its base. */
export function initialAdapter(config: ModelConfig, lora: LoraConfig, seed: number): Arrays {
  const rng = createRng(seed).fork('lora');
  return Object.fromEntries(
    Object.entries(adapterShapes(config, lora)).map(([name, shape]) => {
      const array = float32(shape);
      if (name.endsWith('.lora_A.weight')) {
        const own = rng.fork(name);
        const bound = 1 / Math.sqrt(shape[1]!);
        array.data.forEach((_, i) => (array.data[i] = bound * (2 * own.next() - 1)));
      }
      return [name, array];
    }),
  );
}

/** Plain weights that compute what base and adapter together do. Arrays without an adapter are the base's own. */
export function mergeAdapter(config: ModelConfig, lora: LoraConfig, base: Arrays, adapter: Arrays): Arrays {
  const merged: Arrays = { ...base };
  const scale = loraScale(lora);
  for (const { name, into, out } of targetsOf(config, lora)) {
    const [a, b] = [adapter[`${name}.lora_A.weight`]!.data, adapter[`${name}.lora_B.weight`]!.data];
    const weight = base[`${name}.weight`]!;
    const sum = weight.data.slice();
    const [perOut, perIn] = config.architecture === 'gpt2' ? [1, out] : [into, 1];
    for (let o = 0; o < out; o++) {
      for (let k = 0; k < lora.r; k++) {
        const factor = scale * b[o * lora.r + k]!;
        if (factor === 0) continue;
        for (let i = 0; i < into; i++) sum[o * perOut + i * perIn]! += factor * a[k * into + i]!;
      }
    }
    merged[`${name}.weight`] = float32(weight.shape, sum);
  }
  return merged;
}
