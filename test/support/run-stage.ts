/** Runs a training stage in this process, on the backend that users have, and keeps what it reports. */
import type { StageCommand, StageInput, StageReport } from '@/lib/training/contract';
import { configureRuntime } from '@/trainer/runtime/jit';
import { Stopped, type StageContext } from '@/trainer/stages/context';
import { runStage as run } from '@/trainer/stages/run-stage';

export async function runStage(input: StageInput, context: StageContext): Promise<void> {
  configureRuntime({ backend: 'onnx', threads: 2 });
  await run(input, context);
}

/** `command` is what the stage hears when it asks for the n-th time whether to go on (n from 0). */
export async function recordStage(
  input: StageInput,
  {
    command = () => null,
    ...around
  }: { command?: (n: number) => StageCommand['type'] | null } & Pick<StageContext, 'resumeIntervalSeconds' | 'mostStepsPerCall'> = {},
): Promise<{ reports: StageReport[]; isStopped: boolean }> {
  const reports: StageReport[] = [];
  let asked = 0;
  try {
    await runStage(input, { report: (r) => reports.push(r), interruption: async () => command(asked++), ...around });
    return { reports, isStopped: false };
  } catch (error) {
    if (error instanceof Stopped) return { reports, isStopped: true };
    throw error;
  }
}

export const checkpointsIn = (reports: StageReport[]) => reports.filter((r) => r.type === 'checkpoint');
export const metricsIn = (reports: StageReport[]) => reports.filter((r) => r.type === 'metrics');
export const alertsIn = (reports: StageReport[]) => reports.flatMap((r) => (r.type === 'alert' ? [r.alert] : []));
