/** What reviewers note about a prompt and its responses, for each other. Annotators see none of it. Whoever wrote a comment may remove it. */
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { commentsOn, deleteComment, insertComment, type CommentRow } from '@/db/queries/comments';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { namesIn, type Called } from '@/lib/people/names';
import { writingSchema } from '@/lib/questions/writing';
import { refusal } from '@/lib/refusals';

export type Comment = Omit<CommentRow, 'userId'> & { person: Called; isMine: boolean };

/** Oldest first. */
export async function listComments(actor: Actor, { projectId, promptIds }: { projectId: string; promptIds: string[] }): Promise<Comment[]> {
  mustBeAble(actor, 'quality.manage');
  const rows = await commentsOn(db(), promptIds);
  const names = await namesIn(projectId, rows.map(({ userId }) => userId)); // prettier-ignore
  return rows.map(({ userId, ...comment }) => ({ ...comment, person: names[userId]!, isMine: userId === actor.id }));
}

export const addCommentSchema = z.object({ promptId: z.uuid(), text: writingSchema(2000) });

/** @throws HeedError not_found */
export async function addComment(actor: Actor, input: z.input<typeof addCommentSchema>): Promise<{ commentId: string }> {
  const userId = writerOf(actor);
  const { promptId, text } = parse(addCommentSchema, input);
  return transaction(async (tx) => {
    const commentId = await insertComment(tx, { promptId, userId, text });
    if (!commentId) throw refusal('no-such-prompt');
    await audit(tx, actor, 'comment.add', commentId, { promptId });
    return { commentId };
  });
}

export const removeCommentSchema = z.object({ commentId: z.uuid() });

/** One's own. @throws HeedError not_found */
export async function removeComment(actor: Actor, input: z.input<typeof removeCommentSchema>): Promise<void> {
  const userId = writerOf(actor);
  const { commentId } = parse(removeCommentSchema, input);
  await transaction(async (tx) => {
    if (!(await deleteComment(tx, { id: commentId, userId }))) throw refusal('no-such-comment');
    await audit(tx, actor, 'comment.remove', commentId);
  });
}

function writerOf(actor: Actor): string {
  mustBeAble(actor, 'quality.manage');
  const id = userIdOf(actor);
  if (!id) throw refusal('account-needed');
  return id;
}
