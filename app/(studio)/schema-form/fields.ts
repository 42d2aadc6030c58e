/**
 * Form fields made from a zod schema of numbers, switches and choices: name, range, default and help text are written once,
 * in the schema. `read` turns what the form posts back into what the schema takes.
 */
import { z } from 'zod';

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
);

type Node = {
  type?: string;
  properties?: Record<string, Node>;
  description?: string;
  default?: unknown;
  enum?: string[];
  anyOf?: Node[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
};

const describe = (schema: z.ZodType): Node => z.toJSONSchema(schema, { io: 'input' }) as Node;

/** A group that may be null as a whole has no field: it keeps its value, and is set from the command line or the API. */
const leaves = (node: Node, path = ''): [path: string, node: Node][] =>
  node.properties
    ? Object.entries(node.properties).flatMap(([key, child]) => leaves(child, path ? `${path}.${key}` : key))
    : node.anyOf?.some(({ properties }) => properties)
      ? []
      : [[path, node]];

/** One field for every leaf of the schema, filled from `values`. */
export function fieldsOf(schema: z.ZodType, values: unknown): SchemaField[] {
  return leaves(describe(schema)).map(([path, node]) => {
    const value =
      path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values) ?? node.default ?? '';
    const common = { path, label: inWords(path.split('.').at(-1)!), help: node.description ?? '', value: String(value) };
    if (node.enum) return { ...common, kind: 'choice', options: node.enum };
    if (node.type === 'boolean') return { ...common, kind: 'switch' };
    const number = node.anyOf?.find(({ type }) => type !== 'null') ?? node;
    return {
      ...common,
      kind: 'number',
      min: number.minimum ?? number.exclusiveMinimum,
      max: number.maximum,
      isInteger: number.type === 'integer',
      isNullable: node.anyOf !== undefined,
    };
  });
}

/** The nested values of the posted fields that belong to the schema; whatever was not posted is absent. */
export function read(schema: z.ZodType, posted: Record<string, unknown>, prefix: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [path, node] of leaves(describe(schema))) {
    const raw = posted[`${prefix}.${path}`];
    if (typeof raw !== 'string') continue;
    const keys = path.split('.');
    const parent = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, result);
    parent[keys.at(-1)!] = valueOf(node, raw.trim());
  }
  return result;
}

function valueOf(node: Node, raw: string): unknown {
  if (node.enum) return raw;
  if (node.type === 'boolean') return raw === 'true';
  if (raw === '') return node.anyOf ? null : undefined;
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
