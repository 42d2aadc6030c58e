import type { ModelReader } from '@/lib/projects/model-folder';
import { inspectModel } from '@/trainer/checkpoint/inspect';
import { hashFolder } from '@/trainer/checkpoint/store';

/** Reading model files is the trainer's craft; lib/projects takes it from whoever makes a project. */
export const modelReader: ModelReader = { inspectModel, hashFolder };
