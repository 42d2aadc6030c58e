/** How metrics are laid out: in groups, which come first, which share a chart, and what each says. Keys are TRL's. */
import type { Stage } from '@/db/enums';
import type { MetricPoint } from '@/lib/rounds/round';
import type { Series } from '../../../components/chart';
import { isOfBreakdown } from './breakdown-rows';

export type MetricChart = { key: string; help: string; series: Series[] };
export type MetricGroup = { title: string; charts: MetricChart[] };

/** In the order in which they are shown. */
const groups: { title: string; keys: Record<string, string> }[] = [
  {
    title: 'Objective',
    keys: {
      'objective/rlhf_reward': 'Reward minus the KL penalty: what PPO maximizes',
      'objective/scores': 'Reward model’s score of the samples',
      'objective/kl': 'KL to the SFT policy, nats per response',
      'response_length/mean': 'Tokens per sampled response',
      'objective/entropy': 'Entropy, nats per response',
      'objective/non_score_reward': 'The KL penalty alone',
      'baseline/sft_score': 'Score of the SFT policy’s samples',
      'baseline/best_of_n_score': 'Score of the best of n SFT samples, without any training',
      'baseline/best_of_n_kl': 'How far that is from the SFT policy at most, nats per response',
    },
  },
  {
    title: 'Fit',
    keys: {
      loss: 'Training loss',
      accuracy: 'Share of pairs ordered as people did',
      margin: 'Chosen minus rejected reward',
      mean_token_accuracy: 'Share of tokens predicted right',
      perplexity: 'exp of the held-out loss',
      entropy: 'How open the next token is, nats',
      'rewards/margins': 'Implicit reward of the chosen response minus that of the rejected one',
      'rewards/accuracies': 'Share of pairs whose chosen response has the higher implicit reward',
      'rewards/chosen': 'Implicit reward of chosen responses: β times how much likelier they became',
      'rewards/rejected': 'The same of rejected ones',
      'logps/chosen': 'Log-probability of chosen responses, nats',
      'logps/rejected': 'The same of rejected ones',
      best_epoch: 'The pass whose weights were kept',
      pairs: 'Held-out pairs measured on',
      ece: 'Expected calibration error: how far accuracy is from confidence',
      uncertainty: 'How far the ensemble’s heads disagree, in units of the reward',
      mean_reward: 'Mean reward of the batch',
      min_reward: 'Its lowest reward',
      max_reward: 'Its highest reward',
      reference_mean: 'Mean reward of the reference samples',
      reference_std: 'Their standard deviation',
      'loss/policy_avg': 'Clipped policy loss',
      'loss/value_avg': 'Clipped value loss',
      'loss/ptx': 'Language loss on the demonstrations that PPO-ptx mixes in',
      'ppo/val/vpred': 'Mean of the critic’s values before the update',
      'ppo/returns/mean': 'Mean of the returns, which they foresee',
      'ppo/returns/var': 'Variance of the returns',
      'ppo/val/var_explained': 'Share of the returns’ variance that the critic foresees',
      'ppo/val/error': 'Mean squared error of the critic before the update',
    },
  },
  {
    title: 'Evaluation',
    keys: {
      reward: 'Mean reward of answers to held-out prompts, by this round’s reward model',
      reward_over_sft: 'How much more than the SFT policy’s answers to the same prompts, in its standard deviations',
      win_rate_over_sft: 'Share of prompts whose answer the reward model prefers to the SFT policy’s',
      reward_uncertainty: 'How far the ensemble’s heads disagree about them, in units of the reward',
      demonstration_loss: 'Loss on held-out demonstrations, nats a token',
      retention_loss: 'Loss on text that the base model knew, nats a token',
      retention_kl: 'How much of that it lost against the base model',
      length: 'Tokens per answer to a held-out prompt',
      ended_rate: 'Share of answers that ended by themselves',
      refusal_rate: 'Share of answers that begin as refusals do',
      distinct_1: 'Share of different tokens among all',
      distinct_2: 'Share of different pairs of tokens among all',
    },
  },
  {
    title: 'Updates',
    keys: {
      'policy/approxkl_avg': 'KL between old and new policy in an update',
      'policy/clipfrac_avg': 'Share of tokens whose ratio was clipped',
      'policy/entropy_avg': 'Entropy per token, nats',
      'val/clipfrac_avg': 'Share of values that were clipped',
      'val/ratio': 'New over old probability; 1 is unchanged',
      'val/ratio_var': 'Variance of that ratio',
      grad_norm: 'Gradient norm before clipping',
      'policy/epochs': 'Passes over the rollouts before approxkl stopped them',
      'policy/skipped_minibatches': 'Minibatches that did not count, their ratio being too high',
    },
  },
  {
    title: 'Course',
    keys: {
      lr: 'Learning rate',
      'objective/kl_coef': 'β, the price of a nat of KL',
      'val/num_eos_tokens': 'Responses that ended by themselves',
      epoch: 'Passes over the data',
      episode: 'Sampled responses so far',
      eps: 'Episodes per second',
      num_tokens: 'Tokens that the batch holds: of responses in SFT, of prompts and responses in the reward model',
    },
  },
];

/** `eval_loss` and `loss` go into one chart. */
const familyOf = (key: string): string => key.replace(/(^|\/)(eval|train)[_/]/, '$1');
const labelOf = (key: string): string => (/(^|\/)eval[_/]/.test(key) ? 'held out' : 'training');

const helpOfOther = (key: string): string => {
  const earlier = /^reward\/round\/(\d+)$/.exec(key)?.[1];
  return earlier ? `Mean reward of what round ${earlier}’s policy answered, by this round’s reward model` : '';
};

/** The charts of one stage; what no group knows comes last. */
export function groupsOf(points: MetricPoint[], stage: Stage): MetricGroup[] {
  const families = seriesByFamily(points.filter((point) => point.stage === stage && !isOfBreakdown(point.key)));
  const take = (key: string, help: string): MetricChart[] => {
    const series = families.get(key);
    families.delete(key);
    return series ? [{ key, help, series: [...series.values()] }] : [];
  };
  const known = groups.map(({ title, keys }) => ({ title, charts: Object.entries(keys).flatMap(([key, help]) => take(key, help)) }));
  const others = { title: 'More', charts: [...families.keys()].sort().flatMap((key) => take(key, helpOfOther(key))) };
  return [...known, others].filter(({ charts }) => charts.length > 0);
}

function seriesByFamily(points: MetricPoint[]): Map<string, Map<string, Series>> {
  const families = new Map<string, Map<string, Series>>();
  for (const { key, step, value } of points) {
    const family = families.get(familyOf(key)) ?? new Map<string, Series>();
    families.set(familyOf(key), family);
    const series = family.get(key) ?? { key, label: labelOf(key), points: [] };
    family.set(key, series);
    series.points.push({ step, value });
  }
  return families;
}
