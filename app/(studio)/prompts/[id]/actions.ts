'use server';
import { revalidatePath } from 'next/cache';
import { action } from '@/lib/auth/action';
import { addComment, addCommentSchema, removeComment, removeCommentSchema } from '@/lib/comments/comments';

export const addCommentAction = action(addCommentSchema, 'quality.manage', async (actor, input) => {
  await addComment(actor, input);
  revalidatePath('/prompts/[id]', 'page');
});

export const removeCommentAction = action(removeCommentSchema, 'quality.manage', async (actor, input) => {
  await removeComment(actor, input);
  revalidatePath('/prompts/[id]', 'page');
});
