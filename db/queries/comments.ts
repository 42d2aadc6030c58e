import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Db } from '../client';
import { prompts } from '../schema/projects';
import { comments } from '../schema/questions';

export type CommentRow = { id: string; promptId: string; userId: string; text: string; createdAt: Date };

/** Oldest first. */
export async function commentsOn(db: Db, promptIds: string[]): Promise<CommentRow[]> {
  return db.select().from(comments).where(inArray(comments.promptId, promptIds)).orderBy(asc(comments.createdAt), asc(comments.id));
}

/** Undefined where there is no such prompt. */
export async function insertComment(db: Db, { promptId, userId, text }: Omit<CommentRow, 'id' | 'createdAt'>): Promise<string | undefined> {
  const [prompt] = await db.select({ id: prompts.id }).from(prompts).where(eq(prompts.id, promptId));
  return prompt && (await db.insert(comments).values({ promptId, userId, text }).returning({ id: comments.id }))[0]!.id;
}

/** One's own; false where there is none. */
export async function deleteComment(db: Db, of: { id: string; userId: string }): Promise<boolean> {
  const isIt = and(eq(comments.id, of.id), eq(comments.userId, of.userId));
  return (await db.delete(comments).where(isIt).returning({ id: comments.id })).length > 0;
}
