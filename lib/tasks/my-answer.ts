/**
 * One answer of one's own, as it was shown when it was given — the same sides, the same order — with every version, oldest first, and
 * how long it may still be changed. Blind, as the task was: nothing here says which model wrote a text.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import { answerKinds, type ConversationOutcome } from '@/db/enums';
import type { AnswerTable } from '@/db/queries/amendments';
import { turnsOf } from '@/db/queries/conversations';
import * as queries from '@/db/queries/my-answers';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import type { Turn } from '@/lib/red-team/conversation';
import { shownOrder } from './shown-order';

type Version = { id: string; createdAt: Date };
/** `until`: null where answers cannot be changed in this project. `isOpen`: it can be changed now. */
export type Amendable = { minutes: number; until: Date | null; isOpen: boolean };
type Answer<V> = { projectId: string; prompt: string; versions: (Version & V)[]; amendable: Amendable };

/** `grade` and `aspects`: positive where the left response is better. */
type Verdict = { grade: number; scalePoints: number; aspects: Record<string, number>; isBothBad: boolean; reason: string };
type Rating = {
  aspects: Record<string, number>;
  scalePoints: number;
  isSafe: boolean | null;
  safetyCategories: string[];
  reason: string;
};

export type MyAnswerDetail =
  | ({ kind: 'preference'; left: string; right: string } & Answer<Verdict>)
  | ({ kind: 'demonstration'; startedFrom: string | null } & Answer<{ text: string }>)
  | ({ kind: 'ranking'; responses: string[] } & Answer<{ ranks: number[]; reason: string }>)
  | ({ kind: 'rating'; response: string } & Answer<Rating>)
  | {
      kind: 'conversation';
      projectId: string;
      turns: Turn[];
      outcome: ConversationOutcome;
      category: string | null;
      severity: number | null;
      notes: string;
      correction: string | null;
      createdAt: Date;
    };

export const myAnswerSchema = z.object({ kind: z.enum(answerKinds), id: z.uuid('This is not an id.') });

/** @param input the id of any version @throws HeedError not_found */
export async function readMyAnswer(actor: Actor, input: z.input<typeof myAnswerSchema>): Promise<MyAnswerDetail> {
  mustBeAble(actor, 'task.work');
  const { kind, id } = parse(myAnswerSchema, input);
  const answer = await readers[kind](actor.id, id);
  if (!answer) throw refusal('no-such-answer');
  return answer;
}

const readers: Record<(typeof answerKinds)[number], (userId: string, id: string) => Promise<MyAnswerDetail | undefined>> = {
  async preference(userId, id) {
    const rows = await versionsOf('preferences', queries.findMyPreferences, userId, id);
    const [first] = rows;
    if (!first) return undefined;
    const { isSwapped } = first.answer;
    const turned = (grade: number) => (isSwapped && grade !== 0 ? -grade : grade);
    return {
      kind: 'preference',
      ...common(rows),
      left: isSwapped ? first.textB : first.textA,
      right: isSwapped ? first.textA : first.textB,
      versions: rows.map(({ answer }) => ({
        ...version(answer),
        grade: turned(answer.grade),
        scalePoints: answer.scalePoints,
        aspects: inOrder(answer.aspects, first.settings, turned),
        isBothBad: answer.isBothBad,
        reason: answer.reason,
      })),
    };
  },
  async demonstration(userId, id) {
    const rows = await versionsOf('demonstrations', queries.findMyDemonstrations, userId, id);
    const [first] = rows;
    if (!first) return undefined;
    const versions = rows.map(({ answer, text }) => ({ ...version(answer), text }));
    return { kind: 'demonstration', ...common(rows), startedFrom: first.startedFrom, versions };
  },
  async ranking(userId, id) {
    const rows = await versionsOf('rankings', queries.findMyRankings, userId, id);
    const [first] = rows;
    if (!first) return undefined;
    const order = shownOrder(first.answer, first.texts.length);
    const asShown = <T>(values: T[]): T[] => order.map((place) => values[place]!);
    const versions = rows.map(({ answer }) => ({ ...version(answer), ranks: asShown(answer.ranks), reason: answer.reason }));
    return { kind: 'ranking', ...common(rows), responses: asShown(first.texts), versions };
  },
  async rating(userId, id) {
    const rows = await versionsOf('ratings', queries.findMyRatings, userId, id);
    const [first] = rows;
    if (!first) return undefined;
    const versions = rows.map(({ answer }) => {
      const { aspects, scalePoints, isSafe, safetyCategories, reason } = answer;
      return { ...version(answer), aspects: inOrder(aspects, first.settings), scalePoints, isSafe, safetyCategories, reason };
    });
    return { kind: 'rating', ...common(rows), response: first.text, versions };
  },
  async conversation(userId, id) {
    const row = await queries.findMyConversation(db(), id, userId);
    if (!row) return undefined;
    const { projectId, outcome, category, severity, notes, createdAt } = row.answer;
    const turns = await turnsOf(db(), id);
    return { kind: 'conversation', projectId, turns, outcome, category, severity, notes, createdAt, correction: row.correction };
  },
};

async function versionsOf<Row>(
  table: AnswerTable,
  find: (client: ReturnType<typeof db>, ids: string[], userId: string) => Promise<Row[]>,
  userId: string,
  id: string,
): Promise<Row[]> {
  const ids = await queries.findVersions(db(), table, id, userId);
  return ids.length === 0 ? [] : find(db(), ids, userId);
}

type Row = { promptText: string; projectId: string; settings: unknown; answer: { createdAt: Date } };

/** Minutes count from the first version. */
function common(rows: Row[]): { projectId: string; prompt: string; amendable: Amendable } {
  const { promptText, projectId, settings, answer } = rows[0]!;
  const minutes = settingsOf(settings).amendMinutes;
  const until = minutes === 0 ? null : new Date(answer.createdAt.getTime() + minutes * 60_000);
  return { projectId, prompt: promptText, amendable: { minutes, until, isOpen: until !== null && until.getTime() > Date.now() } };
}

/** As the project lists its aspects; such as it had before come last. */
function inOrder(aspects: Record<string, number>, settings: unknown, read = (grade: number) => grade): Record<string, number> {
  const names = new Set([...settingsOf(settings).aspects, ...Object.keys(aspects)]);
  return Object.fromEntries([...names].flatMap((name) => (name in aspects ? [[name, read(aspects[name]!)] as const] : [])));
}

const version = ({ id, createdAt }: Version): Version => ({ id, createdAt });
