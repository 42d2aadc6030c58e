/**
 * All monitors over one PPO stage: the newest responses against the SFT policy's own. An alert is raised once, and again when it grows
 * graver. Invariant: what it says depends on the samples alone; its state is plain JSON, so that a resumed stage raises what an undisturbed one does.
 */
import { alertSeverities, type AlertSeverity } from '@/db/enums';
import type { Alert, WatchConfig } from '@/lib/training/watch';
import { modeCollapse } from './collapse';
import { ensembleDisagreement, improbableResponses, klBudget, outsideTrainingRange, rangeOf, type Range } from './drift';
import { rewardPhrases } from './phrases';
import { rewardFeatures } from './reward-features';
import type { Finding, WatchedSample } from './sample';
import { quantile } from './statistics';

export type WatchState = { reference: WatchedSample[]; recent: WatchedSample[]; raised: Partial<Record<Alert['monitor'], AlertSeverity>> };

export type Watch = {
  /** The SFT policy's own samples; before anything else. */
  addReference(samples: WatchedSample[]): void;
  /** The samples of an iteration. @returns what is new, gravest first */
  observe(samples: WatchedSample[], step: number): Alert[];
  state(): WatchState;
};

export type WatchOptions = {
  /** Of a response's tokens: where it lies. */
  embed?: (ids: number[]) => Float32Array;
  /** Responses that the reward model was trained on; the reference samples stand in for them. */
  trainedOn?: number[][];
  state?: WatchState;
};

const gravity = (severity: AlertSeverity): number => alertSeverities.indexOf(severity);
export const isAtLeast = (severity: AlertSeverity, haltOn: WatchConfig['haltOn']): boolean =>
  haltOn !== 'never' && gravity(severity) >= gravity(haltOn);

export function createWatch(config: WatchConfig, { embed, trainedOn = [], state: saved }: WatchOptions = {}): Watch {
  const state: WatchState = saved ?? { reference: [], recent: [], raised: {} };
  let range: Range | null | undefined;

  function findings(): Finding[] {
    const { reference, recent } = state;
    if (reference.length < 8 || recent.length < 8) return [];
    range ??= embed ? rangeOf((trainedOn.length >= 16 ? trainedOn : reference.map((s) => s.ids)).map(embed)) : null;
    const uncertain = quantile(
      reference.flatMap((s) => s.uncertainty ?? []),
      0.99,
    );
    const isOutside = recent.map((s) => (range && embed ? range(embed(s.ids)) : false) || (s.uncertainty ?? 0) > 2 * uncertain);
    return [
      ...klBudget(state, config),
      ...rewardFeatures(state, config),
      ...rewardPhrases(state, config),
      ...ensembleDisagreement(state, config),
      ...outsideTrainingRange(state, isOutside, config),
      ...improbableResponses(state, config),
      ...modeCollapse(state, config),
    ];
  }

  return {
    state: () => state,
    addReference: (samples) => void state.reference.push(...samples),
    observe(samples, step) {
      state.recent = [...state.recent, ...samples].slice(-Math.max(config.windowEpisodes, 8));
      const alerts = findings()
        .filter(({ monitor, severity }) => gravity(severity) > (monitor in state.raised ? gravity(state.raised[monitor]!) : -1))
        .map((finding): Alert => ({ ...finding, step, isHalting: isAtLeast(finding.severity, config.haltOn) }))
        .sort((a, b) => gravity(b.severity) - gravity(a.severity));
      for (const { monitor, severity } of alerts) state.raised[monitor] = severity;
      return alerts;
    },
  };
}
