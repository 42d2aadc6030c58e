/**
 * Answered questions that everybody in the project may find, without a name, once they are not held back from who asked. An excerpt of the
 * item comes with them, except from prompts of which an answer is known to the project (what is said about such a pair could tell it, so nothing leads from the pair to the precedent); to
 * whoever asked, who knows the item and could tell from a missing excerpt that it was a check; and from conversations, which are their author's.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';
import { isHeld, isKnown } from './questions';

const promptExcerpt = 400;
const responseExcerpt = 300;

export type Precedent = {
  id: string;
  title: string;
  question: string;
  answer: string;
  kind: TaskKind | 'red-team';
  /** The beginning of the prompt, and of the responses in the order in which they were shown. */
  excerpt: { prompt: string; responses: string[] } | null;
  /** It is about the prompt that was asked for. */
  isOfPrompt: boolean;
};

type Search = { projectId: string; readerId: string; words: string[]; promptId?: string | null; limit: number };

/** `words`: letters and digits alone. All must begin some word. First those about the prompt, then the best match, then the newest. */
export async function searchPrecedents(db: Db, { projectId, readerId, words, promptId = null, limit }: Search): Promise<Precedent[]> {
  const query = sql`to_tsquery('simple', ${words.map((word) => `${word}:*`).join(' & ')})`;
  const isTold = sql`(p.id is not null and q.user_id is distinct from ${readerId} and not ${isKnown})`;
  const { rows } = await db.execute<Precedent>(sql`
    select q.id, q.title, q.text as question, q.answer, coalesce(t.kind::text, 'red-team') as kind,
      case when ${isTold} then json_build_object('prompt', left(p.text, ${promptExcerpt}), 'responses', array(
        select left(r.text, ${responseExcerpt}) from unnest(q.response_ids) with ordinality u(id, place) join responses r on r.id = u.id order by u.place
      )) end as excerpt,
      coalesce(q.prompt_id = ${promptId}::uuid and ${isTold}, false) as "isOfPrompt"
    from questions q left join tasks t on t.id = q.task_id left join prompts p on p.id = q.prompt_id
    where q.project_id = ${projectId} and q.is_precedent and not ${isHeld} ${words.length > 0 ? sql`and q.search @@ ${query}` : sql``}
    order by "isOfPrompt" desc, ${words.length > 0 ? sql`ts_rank(q.search, ${query}) desc,` : sql``} q.answered_at desc, q.id
    limit ${limit}`);
  return rows;
}
