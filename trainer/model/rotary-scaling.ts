/**
 * Rotary frequencies and their scaling, from `rope_parameters` (transformers 5) or `rope_theta` and `rope_scaling` (before).
 * Source: transformers' modeling_rope_utils: linear (position interpolation, Chen et al. 2023), dynamic (NTK-aware), yarn
 * (Peng et al. 2023, sections 3.2 and 3.4), llama3 (Llama 3.1's smoothing between two wavelengths).
 * `dynamic` changes frequencies only beyond max_position_embeddings, which is as far as a model goes here: it is the default.
 */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';

/** `inverseFrequencies` has headDim / 2 entries, float32 values; cosines and sines are multiplied by `attentionScale`. */
export type Rotary = { inverseFrequencies: number[]; attentionScale: number };

const positive = z.number().positive();
const scalingSchema = z.looseObject({
  rope_type: z.string().nullish(),
  /** The older spelling of rope_type. */
  type: z.string().nullish(),
  rope_theta: positive.nullish(),
  partial_rotary_factor: z.number().nullish(),
  factor: positive.nullish(),
  original_max_position_embeddings: positive.nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  attention_factor: positive.nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
});
type Scaling = z.infer<typeof scalingSchema>;

/** The fields of config.json that say how positions rotate. */
export const ropeSchema = {
  rope_theta: positive.nullish(),
  partial_rotary_factor: z.number().nullish(),
  original_max_position_embeddings: positive.nullish(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: scalingSchema.nullish(),
};
type RopeFields = z.infer<z.ZodObject<typeof ropeSchema>>;
type Frequencies = (s: Scaling, base: number, headDim: number, context: { length: number; original: number }) => Rotary;

const plain = (base: number, headDim: number) => Array.from({ length: headDim / 2 }, (_, i) => base ** ((-2 * i) / headDim));
const unscaled: Frequencies = (_, base, headDim) => ({ inverseFrequencies: plain(base, headDim), attentionScale: 1 });

const variants: Record<string, Frequencies> = {
  default: unscaled,
  dynamic: unscaled,
  linear: (s, base, headDim) => ({
    inverseFrequencies: plain(base, headDim).map((f) => f / required(s, 'factor')),
    attentionScale: 1,
  }),
  llama3: (s, base, headDim, { original }) => {
    const [factor, low, high] = [required(s, 'factor'), required(s, 'low_freq_factor'), required(s, 'high_freq_factor')];
    const scaled = plain(base, headDim).map((f) => {
      const turns = (original * f) / (2 * Math.PI);
      if (turns < low) return f / factor;
      if (turns > high) return f;
      const smooth = (turns - low) / (high - low);
      return ((1 - smooth) * f) / factor + smooth * f;
    });
    return { inverseFrequencies: scaled, attentionScale: 1 };
  },
  yarn: (s, base, headDim, { length, original }) => {
    const factor = s.factor ?? length / original;
    const dimensionOf = (turns: number) => (headDim * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(base));
    const [from, to] = [dimensionOf(s.beta_fast ?? 32), dimensionOf(s.beta_slow ?? 1)];
    const low = Math.max(s.truncate === false ? from : Math.floor(from), 0);
    const high = Math.min(s.truncate === false ? to : Math.ceil(to), headDim - 1);
    const scaled = plain(base, headDim).map((f, i) => {
      const ramp = Math.min(Math.max((i - low) / (high === low ? 0.001 : high - low), 0), 1);
      return (f / factor) * ramp + f * (1 - ramp);
    });
    const magnitude = (m: number) => (factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1);
    const inferred = s.mscale && s.mscale_all_dim ? magnitude(s.mscale) / magnitude(s.mscale_all_dim) : magnitude(1);
    return { inverseFrequencies: scaled, attentionScale: s.attention_factor ?? inferred };
  },
};

/** Throws HeedError(invalid) for variants that are not supported, and for fields that a variant misses. */
export function rotaryOf(config: RopeFields, { headDim, contextLength }: { headDim: number; contextLength: number }): Rotary {
  const scaling = config.rope_parameters ?? config.rope_scaling ?? {};
  const type = scaling.rope_type ?? scaling.type ?? 'default';
  const variant = variants[type];
  if (!variant) {
    const supported = Object.keys(variants).join(', ');
    throw new HeedError('invalid', `config.json: rotary positions of type ${JSON.stringify(type)} are not supported, only ${supported}.`);
  }
  const share = scaling.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  if (share !== 1)
    throw new HeedError('invalid', `config.json: partial_rotary_factor ${share} is not supported; the whole head must be rotated.`);
  const base = scaling.rope_theta ?? config.rope_theta ?? 10_000;
  const original = config.original_max_position_embeddings ?? scaling.original_max_position_embeddings ?? contextLength;
  const { inverseFrequencies, attentionScale } = variant(scaling, base, headDim, { length: contextLength, original });
  return { inverseFrequencies: inverseFrequencies.map(Math.fround), attentionScale };
}

function required(scaling: Scaling, field: 'factor' | 'low_freq_factor' | 'high_freq_factor'): number {
  const value = scaling[field];
  if (value == null) throw new HeedError('invalid', `config.json: scaled rotary positions need ${field}.`);
  return value;
}
