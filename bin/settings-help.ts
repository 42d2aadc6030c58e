/** Every hyperparameter of a round, as `heed round start --help` lists them: made from the schema. */
import { loraSchema, roundConfigSchema } from '@/lib/training/hyperparameters';
import { leavesOf, type Leaf } from '@/lib/training/leaves';
import { describePreset, presetNames, presetOf } from '@/lib/training/presets';
import { table } from './output';

const headings = {
  '': 'The round',
  sft: 'SFT',
  reward: 'Reward model',
  ppo: 'PPO',
  dpo: 'DPO',
  sample: 'Samples',
  overlap: 'Overlap of the tasks that it makes',
  watch: 'The watch',
};
const groupOf = ({ path }: Leaf) => (path.includes('.') ? path.slice(0, path.indexOf('.')) : '');
const indent = (lines: string[]) => lines.map((line) => `  ${line}`);

export function settingsHelp(): string {
  const leaves = leavesOf(roundConfigSchema);
  const sections = Object.entries(headings).flatMap(([group, heading]) => [
    '',
    `${heading}:`,
    ...indent(lines(leaves.filter((leaf) => groupOf(leaf) === group))),
  ]);
  return [
    '',
    'Settings for --set NAME=VALUE, each with its default, its range and what it is for. Without --set they are the project’s own.',
    ...sections,
    '',
    'In a lora, e.g. --set \'ppo.lora={"r":16,"alpha":32}\', the same in all stages that have one:',
    ...indent(lines(leavesOf(loraSchema))),
    '',
    'Presets for --preset NAME, by the size of the base model; a new project starts with its own:',
    ...indent(presetNames.map(describePreset)),
    '',
    ...indent(presetTable()),
  ].join('\n');
}

const lines = (leaves: Leaf[]) =>
  leaves.flatMap((leaf) => [`${leaf.path} = ${textOf(leaf.default)}   (${rangeOf(leaf)})`, `    ${leaf.help}`]);

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** `whole, 1 … 64`, `above 0, at most 1`, `a | b`. */
export function rangeOf(leaf: Leaf): string {
  const orNull = leaf.isNullable ? ', or null' : '';
  if (leaf.kind === 'choice') return leaf.options.join(' | ') + orNull;
  if (leaf.kind === 'switch') return 'true | false';
  if (leaf.kind === 'names') return `${leaf.word ? `${leaf.word}, or ` : ''}a list like ["q_proj","v_proj"]`;
  if (leaf.kind === 'group') return 'see below, or null';
  const { min, above, max, below, isInteger } = leaf;
  const ends =
    min !== undefined && max !== undefined
      ? [`${min} … ${max}`]
      : [
          ...(above !== undefined ? [`above ${above}`] : min !== undefined ? [`at least ${min}`] : []),
          ...(below !== undefined ? [`below ${below}`] : max !== undefined ? [`at most ${max}`] : []),
        ];
  return [...(isInteger ? ['whole'] : []), ...ends].join(', ') + orNull;
}

function presetTable(): string[] {
  const presets = presetNames.map((name) => flat(presetOf(name)));
  const rows = Object.keys(presets[0]!).map((path) => [path, ...presets.map((preset) => preset[path]!)]);
  return table(['', ...presetNames], rows);
}

/** By dotted path; adapters in a few letters. */
function flat(preset: object, prefix = ''): Record<string, string> {
  const entries = Object.entries(preset).flatMap(([key, value]: [string, unknown]) => {
    const path = prefix + key;
    if (key === 'lora') return [[path, value ? `r ${(value as { r: number }).r}` : 'null']];
    return typeof value === 'object' && value !== null ? Object.entries(flat(value, `${path}.`)) : [[path, textOf(value)]];
  });
  return Object.fromEntries(entries);
}
