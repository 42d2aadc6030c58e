/**
 * How many tokens a call makes: as many as fit the time that a call may take. Estimated from the model's size at first, then
 * as measured. What is generated does not depend on it.
 */
import type { ParameterArrays } from './parameters';

export type PaceOptions = {
  /** Aimed at, for one call. Streams want it short, everything else below the two seconds after which a stop is waited for. */
  secondsPerCall?: number;
  /** A fixed number instead. */
  tokensPerCall?: number;
};

/** Cautious figures of one core: numbers read from memory a second, multiplications a second, and what a step costs besides. */
const readsPerSecond = 2e9;
const multiplicationsPerSecond = 10e9;
const overheadSeconds = 0.0005;

export class Pace {
  private secondsPerStep: number;

  constructor(
    params: ParameterArrays,
    rows: number,
    private readonly options: PaceOptions,
  ) {
    const parameters = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
    this.secondsPerStep = Math.max(parameters / readsPerSecond, (parameters * rows) / multiplicationsPerSecond) + overheadSeconds;
  }

  tokens(): number {
    const { secondsPerCall = 1, tokensPerCall } = this.options;
    return tokensPerCall ?? Math.max(1, Math.floor(secondsPerCall / this.secondsPerStep));
  }

  /** The first call of a program includes its compilation, so that estimates only ever err on the side of shorter calls. */
  took(steps: number, milliseconds: number): void {
    this.secondsPerStep = (this.secondsPerStep + milliseconds / 1000 / steps) / 2;
  }
}
