/** Presets in forms: what the fields read once one is chosen. */
import { isDeepStrictEqual } from 'node:util';
import { roundConfigSchema, type RoundConfig } from '@/lib/training/hyperparameters';
import { describePreset, presetNames, presetOf, withPreset, type PresetName } from '@/lib/training/presets';
import { fieldsOf } from './fields';
import { loraFormOf } from './lora';

export type FormPreset = {
  name: PresetName;
  label: string;
  /** By field name. */
  values: Record<string, string>;
};

/** `prefix`: that of the round's settings in the form. */
export function formPresets(prefix: string): FormPreset[] {
  const defaults = roundConfigSchema.parse({});
  return presetNames.map((name) => {
    const preset = presetOf(name);
    const config = withPreset(defaults, name);
    const isNamed = (path: string) =>
      path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], preset) !== undefined;
    const own = fieldsOf(roundConfigSchema, config).filter(({ path }) => isNamed(path));
    const lora = loraFormOf(config);
    return {
      name,
      label: describePreset(name),
      values: {
        ...Object.fromEntries(own.map(({ path, value }) => [`${prefix}.${path}`, value])),
        'lora.stages': lora.stages,
        ...Object.fromEntries(lora.fields.map(({ path, value }) => [`lora.${path}`, value])),
      },
    };
  });
}

/** The preset that the settings agree with. */
export const presetIn = (config: RoundConfig): PresetName | undefined =>
  presetNames.find((name) => isDeepStrictEqual(withPreset(config, name), config));
