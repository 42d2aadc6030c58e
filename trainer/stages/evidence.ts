/** Where a batch is kept that a step failed on. Free of tensors: the trainer's main thread cleans up by these names. */

export const evidenceFolderName = (step: number): string => `failed-step-${step}`;
export const isEvidenceFolder = (name: string): boolean => /^failed-step-\d+$/.test(name);
