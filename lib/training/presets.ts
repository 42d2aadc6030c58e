/**
 * Hyperparameters for the size of the base model. A preset is part of a round's settings; all presets name the same ones, so that one
 * replaces another, and what a person sets besides wins over it.
 *
 * Learning rates. tiny: the defaults of the schema, tried on the built-in model. base and large, for all weights, from the trainers that
 * publish them, with the batch that they use: SFT 2e-5 (TRL), 5e-6 (OpenRLHF); reward model 5e-5 at 32 pairs (lm-human-preferences,
 * GPT-2 of 124M), 1e-4 (TRL), 3e-6 at 64 (summarize_from_feedback_details, "N+", 1B and more), 9e-6 at 256 (OpenRLHF); PPO 1e-5 at 512 episodes
 * (lm-human-preferences), 3e-6 at 512 (N+, TRL); DPO 1e-6 (TRL). Adapters want about ten times as much (TRL's advice), and Adam the root of
 * the ratio of the batches less in batches smaller than theirs:
 *   SFT     base 2e-5 · 10;  large between TRL's 2e-4 and OpenRLHF's 5e-5
 *   reward  base TRL's 1e-4, which is less than 5e-5 · 10 / √2;  large 3e-6 · 10 / √4, 9e-6 · 10 / √16: 2e-5
 *   PPO     base 1e-5 · 10 / √8;  large 3e-6 · 10 / √8
 *   DPO     base 1e-6 · 10;  large half of it
 * small, for all weights: the geometric middle of tiny and of those trainers' rates for a model of 124M. No source has models of that size.
 *
 * Batches are the same in all: people give hundreds of labels, and the sources' 64 to 512 a step would make a handful of steps of them. Larger
 * models compute them in more parts, for the memory. maxLength 1024 is TRL's. Responses grow with what a model can say; N+ has 53 tokens,
 * lm-human-preferences 24, OpenRLHF 1024. Adapters: r 16, alpha 32 (TRL), on all linear layers.
 */
import { mergeDeep, type DeepPartial } from '@/lib/merge-deep';
import type { LoraSettings, RoundConfig } from './hyperparameters';

export const presetNames = ['tiny', 'small', 'base', 'large'] as const;
export type PresetName = (typeof presetNames)[number];

type Size = {
  /** Parameters of the largest base model that it is meant for. */
  upTo: number;
  learningRate: { sft: number; reward: number; ppo: number; dpo: number };
  gradientAccumulationSteps: number;
  maxLength: number | null;
  responseLength: number;
  lora: LoraSettings | null;
};

const lora: LoraSettings = { r: 16, alpha: 32, targetModules: 'all-linear' };
const presetSizes: Record<PresetName, Size> = {
  tiny: {
    upTo: 5e6,
    learningRate: { sft: 5e-4, reward: 3e-4, ppo: 2e-4, dpo: 1e-4 },
    gradientAccumulationSteps: 1,
    maxLength: null,
    responseLength: 64,
    lora: null,
  },
  small: {
    upTo: 50e6,
    learningRate: { sft: 1e-4, reward: 1e-4, ppo: 5e-5, dpo: 1e-5 },
    gradientAccumulationSteps: 2,
    maxLength: 1024,
    responseLength: 64,
    lora: null,
  },
  base: {
    upTo: 300e6,
    learningRate: { sft: 2e-4, reward: 1e-4, ppo: 3e-5, dpo: 1e-5 },
    gradientAccumulationSteps: 8,
    maxLength: 1024,
    responseLength: 128,
    lora,
  },
  large: {
    upTo: Infinity,
    learningRate: { sft: 1e-4, reward: 2e-5, ppo: 1e-5, dpo: 5e-6 },
    gradientAccumulationSteps: 16,
    maxLength: 1024,
    responseLength: 256,
    lora,
  },
};

export type Preset = DeepPartial<RoundConfig>;

export function presetOf(name: PresetName): Preset {
  const { learningRate, gradientAccumulationSteps, maxLength, responseLength, lora: own } = presetSizes[name];
  const pass = (rate: number) => ({ learningRate: rate, batchSize: 16, gradientAccumulationSteps, maxLength, lora: own });
  return {
    sft: pass(learningRate.sft),
    reward: pass(learningRate.reward),
    ppo: { learningRate: learningRate.ppo, batchSize: 64, numMiniBatches: 2, gradientAccumulationSteps, responseLength, lora: own },
    dpo: pass(learningRate.dpo),
    sample: { maxNewTokens: responseLength },
  };
}

export const presetFor = (parameters: number): PresetName => presetNames.find((name) => parameters <= presetSizes[name].upTo)!;

/** The settings with a preset laid over them. */
export const withPreset = (config: RoundConfig, name: PresetName): RoundConfig => mergeDeep(config, presetOf(name)) as RoundConfig;

/** For people: `base: up to 300 million parameters, LoRA`. */
export function describePreset(name: PresetName): string {
  const { upTo, lora: own } = presetSizes[name];
  const before = presetNames[presetNames.indexOf(name) - 1];
  const size = upTo === Infinity ? `more than ${presetSizes[before!].upTo / 1e6}` : `up to ${upTo / 1e6}`;
  return `${name}: ${size} million parameters${own ? ', LoRA' : ''}`;
}
