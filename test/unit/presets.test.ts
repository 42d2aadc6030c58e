import { describe, expect, it } from 'vitest';
import { rangeOf, settingsHelp } from '@/bin/settings-help';
import { formPresets, presetIn } from '@/app/(studio)/schema-form/preset';
import { fieldsOf } from '@/app/(studio)/schema-form/fields';
import { mergeDeep } from '@/lib/merge-deep';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { leavesOf } from '@/lib/training/leaves';
import { presetFor, presetNames, presetOf, withPreset } from '@/lib/training/presets';

const defaults = roundConfigSchema.parse({});

describe('presets', () => {
  it.each([
    [1_087_744, 'tiny'],
    [5e6, 'tiny'],
    [14e6, 'small'],
    [124_439_808, 'base'],
    [134_515_008, 'base'],
    [494e6, 'large'],
    [70e9, 'large'],
  ])('a model of %d parameters: %s', (parameters, name) => expect(presetFor(parameters)).toBe(name));

  it('tiny is what the schema has by default', () => expect(withPreset(defaults, 'tiny')).toEqual(defaults));

  it.each(presetNames)('%s is a round that can start', (name) => {
    expect(roundConfigSchema.parse(presetOf(name))).toEqual(withPreset(defaults, name));
  });

  it('replace one another, and keep what they do not name', () => {
    const own = roundConfigSchema.parse({ ppo: { klCoef: 0.3 }, sft: { numTrainEpochs: 7 }, reward: { ensembleSize: 3 } });
    for (const first of presetNames)
      for (const second of presetNames) expect(withPreset(withPreset(own, first), second)).toEqual(withPreset(own, second));
    expect(withPreset(own, 'large')).toMatchObject({ ppo: { klCoef: 0.3 }, sft: { numTrainEpochs: 7 }, reward: { ensembleSize: 3 } });
  });
});

describe('presets in a form', () => {
  it('fill exactly the fields that they name', () => {
    const fields = new Set(fieldsOf(roundConfigSchema, defaults).map(({ path }) => `config.${path}`));
    for (const { values } of formPresets('config')) {
      const names = Object.keys(values).filter((name) => !name.startsWith('lora.'));
      expect(names.filter((name) => !fields.has(name))).toEqual([]);
      expect(names).toHaveLength(18);
    }
    const base = formPresets('config').find(({ name }) => name === 'base')!;
    expect(base.values).toMatchObject({
      'config.sft.maxLength': '1024',
      'config.ppo.responseLength': '128',
      'lora.stages': 'sft reward ppo dpo',
      'lora.r': '16',
    });
  });

  it('are recognised in settings, unless something is different', () => {
    expect(presetIn(withPreset(defaults, 'base'))).toBe('base');
    expect(presetIn(mergeDeep(defaults, { sft: { learningRate: 1e-3 } }) as typeof defaults)).toBeUndefined();
    expect(presetIn(mergeDeep(defaults, { sft: { numTrainEpochs: 9 } }) as typeof defaults)).toBe('tiny');
  });
});

describe('heed round start --help', () => {
  const help = settingsHelp();

  it('lists every hyperparameter with default, range and help, under its stage', () => {
    for (const leaf of leavesOf(roundConfigSchema)) {
      const value = typeof leaf.default === 'string' ? leaf.default : JSON.stringify(leaf.default);
      expect(help).toContain(`  ${leaf.path} = ${value}   (${rangeOf(leaf)})\n      ${leaf.help}\n`);
    }
    expect(help).toMatch(/\nPPO:\n {2}ppo\./);
    expect(help).toContain('  ppo.totalEpisodes = 2560   (whole, 1 … 100000000)\n      Sampled responses in all.\n');
    expect(help).toContain('  sample.seed = 0   (whole, at least 0)');
    expect(help).toContain('  dpo.labelSmoothing = 0   (at least 0, below 0.5)');
    expect(help).toContain('  ppo.targetKl = null   (above 0, at most 1000, or null)');
  });

  it('and the presets, side by side', () => {
    expect(help).toContain('base: up to 300 million parameters, LoRA');
    expect(help).toMatch(/\n {2}sft\.lora +null +null +r 16 +r 16\n/);
  });
});
