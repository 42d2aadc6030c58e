/**
 * Adapters in forms: one choice for the whole round, since all stages that have adapters must have the same. Posted as `lora.stages` (the
 * stages that train adapters, with spaces between; empty for none) and one field for each of their settings.
 */
import { z } from 'zod';
import type { Stage } from '@/db/enums';
import { loraSchema, type LoraSettings, type RoundConfig } from '@/lib/training/hyperparameters';
import { nameWords } from '../../words/names';
import { settingsWords } from '../../words/settings';
import type { Language } from '../../words/words';
import { fieldsOf, read, type SchemaField } from './fields';

const loraStages = ['sft', 'reward', 'ppo', 'dpo'] as const satisfies Stage[];
type LoraStage = (typeof loraStages)[number];

export const loraChoiceSchema = loraSchema.extend({
  stages: z
    .string()
    .transform((text) => text.split(' ').filter(Boolean))
    .pipe(z.array(z.enum(loraStages))),
});
type LoraChoice = z.output<typeof loraChoiceSchema>;

const stagesWith = (config: RoundConfig) => loraStages.filter((stage) => config[stage].lora);

type Names = { t: (typeof settingsWords)[Language]; stageNames: (typeof nameWords)[Language]['stages'] };

/** What the form shows of a round's settings. Adapters in some stages only, as the API can have them, are one more option. */
export function loraFormOf(
  config: RoundConfig,
  { t, stageNames }: Names = { t: settingsWords.en, stageNames: nameWords.en.stages },
): { stages: string; options: [value: string, label: string][]; fields: SchemaField[] } {
  const chosen = stagesWith(config);
  const isMixed = chosen.length > 0 && chosen.length < loraStages.length;
  const [all, stages] = [loraStages.join(' '), chosen.join(' ')];
  const names = chosen.map((stage) => stageNames[stage]).join(', ');
  return {
    stages,
    options: [['', t.adaptersOff], [all, t.adaptersOn], ...(isMixed ? [[stages, t.adaptersSome(names)] satisfies [string, string]] : [])],
    fields: fieldsOf(loraSchema, loraOf(config)),
  };
}

const loraOf = (config: RoundConfig): LoraSettings | undefined => stagesWith(config).map((stage) => config[stage].lora!)[0];

export const readLora = (posted: Record<string, unknown>) => ({ stages: posted['lora.stages'], ...read(loraSchema, posted, 'lora') });

/** The settings with the choice in every stage. */
export function withLora(config: RoundConfig, { stages, ...lora }: LoraChoice): RoundConfig {
  const own = (stage: LoraStage) => ({ lora: stages.includes(stage) ? lora : null });
  return {
    ...config,
    sft: { ...config.sft, ...own('sft') },
    reward: { ...config.reward, ...own('reward') },
    ppo: { ...config.ppo, ...own('ppo') },
    dpo: { ...config.dpo, ...own('dpo') },
  };
}
