/** A schema of settings, leaf by leaf: what forms and the command line's help show of it. Name, default, range and help stand in the schema alone. */
import { z } from 'zod';

export type Leaf = {
  /** Dotted path within the schema, e.g. `sft.learningRate`. */
  path: string;
  help: string;
  default: unknown;
  isNullable: boolean;
} & (
  | { kind: 'number'; min?: number; max?: number; above?: number; below?: number; isInteger: boolean }
  | { kind: 'choice'; options: (string | number)[] }
  | { kind: 'switch' }
  /** A list of names, or one word that stands for a list. */
  | { kind: 'names'; word?: string; isRequired: boolean }
  /** Settings that are there as a whole or not at all. */
  | { kind: 'group' }
);

type Node = {
  type?: string;
  properties?: Record<string, Node>;
  description?: string;
  default?: unknown;
  enum?: (string | number)[];
  const?: string;
  anyOf?: Node[];
  minItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
};

export const leavesOf = (schema: z.ZodType): Leaf[] => nodes(z.toJSONSchema(schema, { io: 'input' }) as Node).map(toLeaf);

const nodes = (node: Node, path = ''): [path: string, node: Node][] =>
  node.properties ? Object.entries(node.properties).flatMap(([key, child]) => nodes(child, path ? `${path}.${key}` : key)) : [[path, node]];

function toLeaf([path, node]: [string, Node]): Leaf {
  const isNullable = node.anyOf?.some(({ type }) => type === 'null') ?? false;
  const common = { path, help: node.description ?? '', default: node.default, isNullable };
  if (node.enum) return { ...common, kind: 'choice', options: node.enum };
  if (node.type === 'boolean') return { ...common, kind: 'switch' };
  if (node.anyOf?.some(({ properties }) => properties)) return { ...common, kind: 'group' };
  const list = [node, ...(node.anyOf ?? [])].find(({ type }) => type === 'array');
  if (list)
    return {
      ...common,
      kind: 'names',
      word: node.anyOf?.find((one) => one.const !== undefined)?.const,
      isRequired: (list.minItems ?? 0) > 0,
    };
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node.anyOf?.find((one) => one.type !== 'null') ?? node;
  // Whole numbers come with the range in which they are exact; only what the schema says is a range.
  const said = (bound?: number) => (bound !== undefined && Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound);
  return {
    ...common,
    kind: 'number',
    min: said(minimum),
    max: said(maximum),
    above: exclusiveMinimum,
    below: exclusiveMaximum,
    isInteger: type === 'integer',
  };
}
