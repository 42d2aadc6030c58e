import { describe, expect, it } from 'vitest';
import { fieldsOf, read } from '@/app/(studio)/schema-form/fields';
import { loraChoiceSchema, loraFormOf, readLora, withLora } from '@/app/(studio)/schema-form/lora';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { leavesOf } from '@/lib/training/leaves';

const lora = { r: 4, alpha: 8, targetModules: ['q_proj'] };
const stages = ['sft', 'reward', 'ppo', 'dpo'] as const;
const parse = (config: object) => roundConfigSchema.parse(config);

describe('adapters (lora)', () => {
  it('are off by default, and filled with defaults where they are on', () => {
    expect(parse({}).ppo.lora).toBeNull();
    expect(parse({ sft: { lora: { r: 4 } } }).sft.lora).toEqual({ r: 4, alpha: 16, targetModules: 'all-linear' });
  });

  it('are the same in all stages that have them', () => {
    expect(parse({ sft: { lora }, ppo: { lora } }).ppo.lora).toEqual(lora);
    const parsed = roundConfigSchema.safeParse({ sft: { lora }, ppo: { lora: { ...lora, r: 5 } } });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['ppo', 'lora'], message: 'Must be the same in all stages that have it.' });
  });
});

/** What a browser posts of the fields for adapters. */
const posted = (form: ReturnType<typeof loraFormOf>): Record<string, string> => ({
  'lora.stages': form.stages,
  ...Object.fromEntries(form.fields.map(({ path, value }) => [`lora.${path}`, value])),
});
const choose = (changes: Record<string, string>) =>
  withLora(parse({}), loraChoiceSchema.parse(readLora({ ...posted(loraFormOf(parse({}))), ...changes })));

describe('adapters in a form', () => {
  it('are one choice for all stages', () => {
    const { options, fields, stages: chosen } = loraFormOf(parse({}));
    expect(chosen).toBe('');
    expect(options.map(([value]) => value)).toEqual(['', 'sft reward ppo dpo']);
    expect(fields.map(({ path, value }) => [path, value])).toEqual([
      ['r', '8'],
      ['alpha', '16'],
      ['targetModules', 'all-linear'],
    ]);
    expect(fieldsOf(roundConfigSchema, parse({})).filter(({ path }) => path.includes('lora'))).toEqual([]);
  });

  it('reach every stage, with lists of layers, and leave the rest as it is', () => {
    const config = choose({ 'lora.stages': 'sft reward ppo dpo', 'lora.r': '16', 'lora.targetModules': ' q_proj, v_proj ' });
    for (const stage of stages) expect(config[stage].lora).toEqual({ r: 16, alpha: 16, targetModules: ['q_proj', 'v_proj'] });
    expect(withLora(config, loraChoiceSchema.parse({ stages: '' }))).toEqual(parse({}));
  });

  it.each([
    ['in every stage', parse(Object.fromEntries(stages.map((stage) => [stage, { lora }])))],
    ['in PPO only, as the API can have it', parse({ ppo: { lora } })],
    ['nowhere', parse({})],
  ])('come back as they were: %s', (_, config) => {
    const form = loraFormOf(config);
    expect(form.options.map(([value]) => value)).toContain(form.stages);
    expect(withLora(config, loraChoiceSchema.parse(readLora(posted(form))))).toEqual(config);
  });

  it('name the field that is wrong', () => {
    const problems = (changes: Record<string, string>) =>
      loraChoiceSchema
        .safeParse(readLora({ ...posted(loraFormOf(parse({}))), ...changes }))
        .error?.issues.map(({ path }) => path.join('.'));
    expect(problems({ 'lora.r': '0' })).toEqual(['r']);
    expect(problems({ 'lora.alpha': 'much' })).toEqual(['alpha']);
    expect(problems({ 'lora.targetModules': ' , ' })).toEqual(['targetModules']);
    expect(problems({ 'lora.stages': 'sft sample' })).toEqual(['stages.1']);
  });
});

describe('fields of a schema', () => {
  it('give back the settings that they were made from', () => {
    const config = parse({
      sft: { maxLength: 99, learningRate: 1e-7 },
      policyOptimizer: 'dpo',
      ppo: { whitenRewards: true, targetKl: null },
    });
    const form = Object.fromEntries(fieldsOf(roundConfigSchema, config).map(({ path, value }) => [`config.${path}`, value]));
    expect(parse(read(roundConfigSchema, form, 'config'))).toEqual(config);
  });

  it('take numbers, nothing where nothing may stand, and leave words for the schema to refuse', () => {
    const one = (path: string, value: string) => read(roundConfigSchema, { [`config.${path}`]: value }, 'config');
    expect(one('sft.maxLength', '')).toEqual({ sft: { maxLength: null } });
    expect(one('sft.batchSize', '')).toEqual({ sft: { batchSize: undefined } });
    expect(one('ppo.klCoef', ' 1e-2 ')).toEqual({ ppo: { klCoef: 0.01 } });
    expect(one('ppo.klCoef', 'much')).toEqual({ ppo: { klCoef: 'much' } });
    expect(one('ppo.lora', 'x')).toEqual({});
  });
});

describe('every hyperparameter', () => {
  it.each(leavesOf(roundConfigSchema).map((leaf) => [leaf.path, leaf] as const))('%s has a default and a line of help', (path, leaf) => {
    expect(leaf.help).toMatch(/^\S.{9,}[.)]$/);
    expect(leaf.help).not.toContain('\n');
    const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], parse({}));
    expect(leaf.default).toEqual(value);
  });
});
