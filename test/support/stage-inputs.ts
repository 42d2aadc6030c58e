/** Small jobs for the training stages: a few messages to the demo shop, replies of all lengths, and who likes which. */
import type { StageInput } from '@/lib/training/contract';
import { decodingSchema, dpoSchema, ppoSchema, rewardSchema, sftSchema } from '@/lib/training/hyperparameters';
import { watchSchema } from '@/lib/training/watch';

type InputOf<Stage extends StageInput['stage']> = Extract<StageInput, { stage: Stage }>;

const items = ['kettle', 'lamp', 'blue mug', 'desk', 'green chair', 'clock'];
const prompts = items.map((item, i) => ({ promptId: String(i), text: `My ${item} is late.` }));
const good = (item: string) => `Sorry! Your ${item} is on its way and will be there tomorrow. Here is a voucher for your next order.`;
const curt = (item: string) => `The ${item} is late.`;

export function sftInput(modelFolder: string, outputFolder: string): InputOf<'sft'> {
  return {
    stage: 'sft',
    seed: 7,
    outputFolder,
    resumeFolder: null,
    modelFolder,
    config: sftSchema.parse({ learningRate: 5e-3, numTrainEpochs: 32, batchSize: 3, weightDecay: 0.01, earlyStoppingPatience: null }),
    demonstrations: items.flatMap((item, i) =>
      [good(item), curt(item)].map((response) => ({ prompt: prompts[i]!.text, response, isHeldOut: i === 5 })),
    ),
  };
}

export function rewardInput(modelFolder: string, outputFolder: string): InputOf<'reward'> {
  return {
    stage: 'reward',
    seed: 8,
    outputFolder,
    resumeFolder: null,
    modelFolder,
    config: rewardSchema.parse({ learningRate: 2e-3, numTrainEpochs: 12, batchSize: 3, marginPerGrade: 0.1 }),
    comparisons: items.flatMap((item, i) =>
      [good(item), `${good(item)} ${good(item)}`].map((better, k) => ({
        promptId: String(i),
        prompt: prompts[i]!.text,
        responseA: k === 0 ? better : curt(item),
        responseB: k === 0 ? curt(item) : better,
        chosenShare: i === 4 ? 0.5 : k === 0 ? 1 : 0,
        grade: i === 4 ? 0 : 1 + (i % 3),
        isTruncatedA: false,
        isTruncatedB: i === 3,
        isHeldOut: i === 5,
      })),
    ),
    referencePrompts: prompts.slice(0, 4),
    referenceDecoding: decodingSchema.parse({ temperature: 1, maxNewTokens: 12 }),
  };
}

export function dpoInput(policyFolder: string, outputFolder: string): InputOf<'dpo'> {
  return {
    stage: 'dpo',
    seed: 10,
    outputFolder,
    resumeFolder: null,
    policyFolder,
    config: dpoSchema.parse({ learningRate: 2e-3, numTrainEpochs: 48, batchSize: 4, gradientAccumulationSteps: 2, beta: 0.2 }),
    comparisons: rewardInput(policyFolder, outputFolder).comparisons,
  };
}

export function ppoInput(policyFolder: string, rewardFolder: string, outputFolder: string): InputOf<'ppo'> {
  return {
    stage: 'ppo',
    seed: 9,
    outputFolder,
    resumeFolder: null,
    policyFolder,
    rewardFolder,
    // An adaptive β, rule "auto" and iterations that end early are what a resumed run must remember beside the weights.
    config: ppoSchema.parse({
      totalEpisodes: 80,
      batchSize: 8,
      responseLength: 24,
      learningRate: 1e-3,
      temperature: 1,
      targetKl: 0.05,
      klHorizon: 20,
      entropyCoef: 0.01,
      klEstimator: 'k3',
      earlyStopKl: 2e-3,
      criticWarmupIterations: 1,
      ptxCoef: 0.05,
      emaDecay: 0.9,
    }),
    prompts: prompts.slice(0, 5),
    demonstrations: sftInput('', '').demonstrations,
    // So strict that it has something to say, and to remember what it has said.
    watch: watchSchema.parse({ klBudget: 0.02, windowEpisodes: 16 }),
  };
}
