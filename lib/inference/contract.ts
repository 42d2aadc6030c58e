/** What the web app asks the inference process, and what comes back: lines of JSON, the text as it is written. */
import path from 'node:path';
import { z } from 'zod';
import { env } from '@/lib/env';
import { errorCodes, type ErrorCode } from '@/lib/errors';

export const maxPromptCharacters = 100_000;

const sampling = {
  prompt: z.string().min(1, 'Write a prompt first.').max(maxPromptCharacters),
  /** 0: always the likeliest token. */
  temperature: z.number().min(0).max(5).default(0.7),
  topK: z.number().int().min(0).max(100_000).default(0),
  topP: z.number().gt(0).max(1).default(1),
  /** Fewer where the model's context has no room for as many. */
  maxNewTokens: z.number().int().min(1).max(8192).default(128),
  seed: z.number().int().min(0).max(2 ** 31).default(0), // prettier-ignore
};

/** From people and programs. */
export const generateSchema = z.strictObject({ checkpointId: z.uuid(), ...sampling });
/** From the web app, which has checked that the folder may be read. */
export const inferenceSchema = z.strictObject({ folder: z.string().min(1), ...sampling });
export type InferenceRequest = z.output<typeof inferenceSchema>;

export type InferenceEvent =
  | { type: 'start'; promptTokens: number; maxNewTokens: number }
  | { type: 'piece'; text: string; tokens: number }
  | { type: 'done'; tokens: number; isTruncated: boolean; seconds: number }
  | { type: 'error'; code: ErrorCode | 'internal'; message: string; details?: Record<string, unknown> };

/** A reply that is no stream; `details.reason` is `context-full` where the prompt leaves no room for an answer. */
export const inferenceFailureSchema = z.object({
  error: z.object({
    code: z.enum(Object.keys(errorCodes) as [ErrorCode]),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Where the running process says how it is reached: a new port and token at every start, readable by its account alone. */
export const inferenceAddressFile = (): string => path.join(env().dataFolder, 'inference.json');
export const inferenceAddressSchema = z.object({ port: z.number().int(), token: z.string() });
