/** How metrics are laid out: which come first, which share a chart, and what each says. Keys are TRL's; unknown ones come last. */
import type { Stage } from '@/db/enums';
import type { MetricPoint } from '@/lib/rounds/round';
import type { Series } from '../../../components/chart';

export type MetricChart = { key: string; help: string; series: Series[] };

/** In the order in which they are shown. */
const known: Record<string, string> = {
  'objective/rlhf_reward': 'Reward minus the KL penalty: what PPO maximizes',
  'objective/scores': 'Reward model’s score of the samples',
  'objective/kl': 'KL to the SFT policy, nats per response',
  'response_length/mean': 'Tokens per sampled response',
  'objective/entropy': 'Entropy, nats per response',
  'objective/non_score_reward': 'The KL penalty alone',
  'objective/kl_coef': 'β, the price of a nat of KL',
  'policy/approxkl_avg': 'KL between old and new policy in an update',
  'policy/clipfrac_avg': 'Share of tokens whose ratio was clipped',
  'policy/entropy_avg': 'Entropy per token, nats',
  'loss/policy_avg': 'Clipped policy loss',
  'loss/value_avg': 'Clipped value loss',
  'val/clipfrac_avg': 'Share of values that were clipped',
  'val/ratio': 'New over old probability; 1 is unchanged',
  'val/ratio_var': 'Variance of that ratio',
  'val/num_eos_tokens': 'Responses that ended by themselves',
  loss: 'Loss, nats',
  accuracy: 'Share of pairs ordered as people did',
  margin: 'Chosen minus rejected reward',
  mean_token_accuracy: 'Share of tokens predicted right',
  perplexity: 'exp of the held-out loss',
  lr: 'Learning rate',
  grad_norm: 'Gradient norm before clipping',
  pairs: 'Held-out pairs measured on',
  reference_mean: 'Mean reward of the reference samples',
  reference_std: 'Their standard deviation',
  epoch: 'Passes over the data',
  num_tokens: 'Response tokens in the batch',
};
const order = Object.keys(known);

/** `eval_loss` and `loss` go into one chart. */
const familyOf = (key: string): string => key.replace(/(^|\/)(eval|train)[_/]/, '$1');
const labelOf = (key: string): string => (/(^|\/)eval[_/]/.test(key) ? 'held out' : 'training');
const rank = (family: string): number => (family in known ? order.indexOf(family) : order.length);

export function chartsOf(points: MetricPoint[], stage: Stage): MetricChart[] {
  const families = new Map<string, Map<string, Series>>();
  for (const { key, step, value, stage: from } of points) {
    if (from !== stage) continue;
    const family = families.get(familyOf(key)) ?? new Map<string, Series>();
    families.set(familyOf(key), family);
    const series = family.get(key) ?? { key, label: labelOf(key), points: [] };
    family.set(key, series);
    series.points.push({ step, value });
  }
  return [...families]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([key, series]) => ({ key, help: known[key] ?? '', series: [...series.values()] }));
}
