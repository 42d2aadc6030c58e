/**
 * How to judge, as the annotators of a project read it. Every change is a version of its own; a person is told once that there is
 * one that they have not opened yet. Worked examples stand in fences named `example`.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import * as queries from '@/db/queries/guidelines';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

/** Browsers send line ends as CRLF: saving a form anew must not make a new version. */
export const guidelinesSchema = z
  .string()
  .max(100_000, 'At most 100,000 characters.')
  .transform((text) => text.replaceAll('\r\n', '\n'));

/** `readVersion`: the newest that the actor has opened; 0 for none. Version 0 is the empty text before the first. */
export type Guidelines = { version: number; text: string; createdAt: Date | null; readVersion: number };
export type GuidelineVersion = { version: number; createdAt: Date; author: string | null };

export const guidelinesInputSchema = z.object({ projectId: z.uuid(), version: z.coerce.number().int().min(1).optional() });

/** One version, by default the newest. @throws HeedError not_found */
export async function readGuidelines(actor: Actor, input: z.input<typeof guidelinesInputSchema>): Promise<Guidelines> {
  mustBeAble(actor, 'task.work');
  const { projectId, version } = parse(guidelinesInputSchema, input);
  const [found, readVersion] = await Promise.all([
    queries.findGuidelines(db(), projectId, version),
    queries.findReadVersion(db(), actor.id, projectId),
  ]);
  if (!found && version !== undefined) throw refusal('no-such-version', { version });
  return { ...(found ?? { version: 0, text: '', createdAt: null }), readVersion };
}

/** Newest first, at most a hundred. */
export async function listGuidelineVersions(actor: Actor, { projectId }: { projectId: string }): Promise<GuidelineVersion[]> {
  mustBeAble(actor, 'task.work');
  return queries.listGuidelineVersions(db(), projectId);
}

export const guidelinesReadSchema = z.object({ version: z.number().int().min(1) });

/** The actor has opened this version. */
export async function markGuidelinesRead(actor: Actor, input: { projectId: string; version: number }): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { projectId, version } = parse(guidelinesReadSchema.extend({ projectId: z.uuid() }), input);
  if (userIdOf(actor)) await queries.upsertRead(db(), actor.id, projectId, version);
}
