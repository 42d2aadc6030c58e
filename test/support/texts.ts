/** Texts of a test's own choosing, and tasks on them. */
import { db, pool } from '@/db/client';
import { upsertPrompts } from '@/db/queries/prompts';
import { insertSamples } from '@/db/queries/responses';
import { insertCompareTasks, insertDemonstrateTasks, offerModelAnswers } from '@/db/queries/tasks';
import { toNewPrompt } from '@/lib/prompts/split';

export type TextPair = { prompt: string; responses: [string, string] };

/** A pair to compare each, in this order: earlier ones have a higher priority. */
export async function makeTextPairs(projectId: string, pairs: TextPair[], overlap = 1): Promise<void> {
  for (const [i, { prompt, responses }] of pairs.entries()) {
    const promptId = await storePrompt(projectId, prompt);
    const ids: string[] = [];
    for (const text of responses) {
      const id = crypto.randomUUID();
      await insertSamples(db(), [{ id, projectId, promptId, text }]);
      ids.push(id);
    }
    const of = { projectId, roundId: null, priority: pairs.length - i };
    await insertCompareTasks(db(), of, [{ promptId, overlap, responseAId: ids[0]!, responseBId: ids[1]! }]);
  }
}

/** A prompt to answer each, in no order; with the model's answer to start from where there is one. */
export async function makeTextPrompts(projectId: string, prompts: { prompt: string; modelAnswer?: string }[], overlap = 1): Promise<void> {
  for (const { prompt, modelAnswer } of prompts) {
    const promptId = await storePrompt(projectId, prompt);
    if (modelAnswer !== undefined) await insertSamples(db(), [{ projectId, promptId, text: modelAnswer }]);
    await insertDemonstrateTasks(db(), projectId, [{ promptId, overlap }]);
  }
  await offerModelAnswers(db(), projectId);
}

async function storePrompt(projectId: string, text: string): Promise<string> {
  const [prompt] = await upsertPrompts(db(), projectId, [toNewPrompt(text, { heldOutFraction: 0, source: 'test', isSampled: true })]);
  return prompt!.id;
}

/** How many rows of a table a project has. */
export const countRows = async (table: 'preferences' | 'demonstrations', projectId: string): Promise<number> =>
  (await pool().query(`select count(*)::int as n from ${table} where project_id = $1`, [projectId])).rows[0].n;

/** Texts that pages must show whole, harmless and without breaking. */
export const hostileTexts = {
  long: 'A sentence that goes on and on. '.repeat(3200),
  word: 'x'.repeat(10_000),
  script: '<script>document.title = "taken over"</script><img src=x onerror="document.title=\'taken over\'">',
  markdown: '# Heading **bold\n\n```js\nnot closed\n\n| a | b |\n|---|\n[link](javascript:alert(1))',
  arabic: 'مرحبا، وصلت المكواة مكسورة. متى يصل البديل؟',
  control: 'bell \u0007 and \u001b[31mred\u001b[0m 👩‍👩‍👧 e\u0301',
  empty: '',
};
