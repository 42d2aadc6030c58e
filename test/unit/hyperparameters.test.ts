import { describe, expect, it } from 'vitest';
import { fieldsOf, read } from '@/app/(studio)/schema-form/fields';
import { roundConfigSchema } from '@/lib/training/hyperparameters';

describe('adapters (lora)', () => {
  const lora = { r: 4, alpha: 8, targetModules: ['q_proj'] };

  it('are off by default, and filled with defaults where they are on', () => {
    expect(roundConfigSchema.parse({}).ppo.lora).toBeNull();
    expect(roundConfigSchema.parse({ sft: { lora: { r: 4 } } }).sft.lora).toEqual({ r: 4, alpha: 16, targetModules: 'all-linear' });
  });

  it('are the same in all stages that have them', () => {
    expect(roundConfigSchema.parse({ sft: { lora }, ppo: { lora } }).ppo.lora).toEqual(lora);
    const parsed = roundConfigSchema.safeParse({ sft: { lora }, ppo: { lora: { ...lora, r: 5 } } });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['ppo', 'lora'], message: 'Must be the same in all stages that have it.' });
  });

  it('have no field in forms, and so keep their value there', () => {
    const fields = fieldsOf(roundConfigSchema, roundConfigSchema.parse({ sft: { lora } }));
    expect(fields.map(({ path }) => path).filter((path) => path.includes('lora'))).toEqual([]);
    expect(fields.map(({ path }) => path)).toContain('sft.maxLength');
    expect(read(roundConfigSchema, { 'config.sft.learningRate': '0.1', 'config.sft.lora': 'x' }, 'config')).toEqual({
      sft: { learningRate: 0.1 },
    });
  });
});
