/**
 * Form fields made from a zod schema of numbers, switches, choices and names: name, range, default and help text are written once,
 * in the schema. `read` turns what the form posts back into what the schema takes.
 */
import type { z } from 'zod';
import { leavesOf, type Leaf } from '@/lib/training/leaves';

export type SchemaField = {
  /** Dotted path within the schema, e.g. `sft.learningRate`. */
  path: string;
  label: string;
  help: string;
  value: string;
} & (
  | { kind: 'number'; min?: number; max?: number; isInteger: boolean; isNullable: boolean }
  | { kind: 'choice'; options: string[] }
  | { kind: 'switch' }
  | { kind: 'names'; isRequired: boolean }
);

/** Groups that are there as a whole or not at all have no field here: lora.ts has theirs. */
const fieldLeaves = (schema: z.ZodType) => leavesOf(schema).filter((leaf) => leaf.kind !== 'group');

/** One field for every leaf of the schema, filled from `values`. */
export function fieldsOf(schema: z.ZodType, values: unknown): SchemaField[] {
  return fieldLeaves(schema).map((leaf) => {
    const { path, help } = leaf;
    const common = { path, label: inWords(path.split('.').at(-1)!), help, value: toText(valueAt(values, path) ?? leaf.default) };
    if (leaf.kind === 'choice') return { ...common, kind: 'choice', options: leaf.options.map(String) };
    if (leaf.kind === 'switch') return { ...common, kind: 'switch' };
    if (leaf.kind === 'names') return { ...common, kind: 'names', isRequired: leaf.isRequired };
    const { min, above, max, below, isInteger, isNullable } = leaf;
    return { ...common, kind: 'number', min: min ?? above, max: max ?? below, isInteger, isNullable };
  });
}

const valueAt = (values: unknown, path: string) =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values);

/** As an input shows it. */
const toText = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));

/** The nested values of the posted fields that belong to the schema; whatever was not posted is absent. */
export function read(schema: z.ZodType, posted: Record<string, unknown>, prefix: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const leaf of fieldLeaves(schema)) {
    const raw = posted[`${prefix}.${leaf.path}`];
    if (typeof raw !== 'string') continue;
    const keys = leaf.path.split('.');
    const parent = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, result);
    parent[keys.at(-1)!] = valueOf(leaf, raw.trim());
  }
  return result;
}

function valueOf(leaf: Leaf, raw: string): unknown {
  if (leaf.kind === 'choice') return leaf.options.find((option) => String(option) === raw) ?? raw;
  if (leaf.kind === 'switch') return raw === 'true';
  if (leaf.kind === 'names') return raw === leaf.word ? raw : raw.split(/\s*,\s*/).filter(Boolean);
  if (raw === '') return leaf.isNullable ? null : undefined;
  // What is no number goes on as it is, for the schema to refuse by name.
  return Number.isNaN(Number(raw)) ? raw : Number(raw);
}

const acronyms: Record<string, string> = { kl: 'KL', gae: 'GAE', ppo: 'PPO', adam: 'Adam', lr: 'LR', vf: 'VF', eos: 'EOS', k: 'k', p: 'p' };

/** `klCoef` → `KL coef`. */
function inWords(name: string): string {
  const words = name
    .replace(/([A-Z]+|\d+)/g, ' $1')
    .toLowerCase()
    .trim()
    .split(/\s+/);
  const text = words.map((word) => acronyms[word] ?? word).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
