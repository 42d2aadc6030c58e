/** More people who judged the pairs of a sample project, each in a way of their own, and over three weeks, so that the pages about labels have something to say. */
import { db, pool } from '@/db/client';
import { insertPreference } from '@/db/queries/preferences';
import { annotatorDefaults, judge } from '@/lib/demo/annotator';
import type { Rng } from '@/lib/rng';
import { taste } from '@/lib/demo/taste';
import { copyTask, prefer, rate } from './judgements';

type Task = {
  id: string;
  promptId: string;
  prompt: string;
  a: string;
  b: string;
  responseAId: string;
  responseBId: string;
  userId: string;
  grade: number;
};

/** Careful, hasty, and one who takes whatever stands on the left. */
const manners = [
  { share: 0.9, noise: 0.4, seconds: 24, takesLeft: 0 },
  { share: 0.7, noise: 2, seconds: 1, takesLeft: 0 },
  { share: 0.6, noise: 0.6, seconds: 17, takesLeft: 0.7 },
];

/** @param people three of them */
export async function answerOverlapping(projectId: string, people: string[], rng: Rng): Promise<void> {
  const { rows: tasks } = await pool().query<Task>(
    `select t.id, t.prompt_id as "promptId", p.text as prompt, a.text as a, b.text as b, a.id as "responseAId", b.id as "responseBId",
       f.user_id as "userId", f.grade
     from preferences f join tasks t on t.id = f.task_id join prompts p on p.id = t.prompt_id
     join responses a on a.id = t.response_a_id join responses b on b.id = t.response_b_id
     where f.project_id = $1 order by f.created_at, f.id`,
    [projectId],
  );
  for (const [i, { id, promptId, prompt, a, b, responseAId, responseBId, userId, grade }] of tasks.entries()) {
    for (const [who, { share, noise, seconds, takesLeft }] of manners.entries()) {
      if (rng.next() > share) continue;
      const task = { projectId, promptId, taskId: id, responseAId, responseBId };
      const isSwapped = rng.next() < 0.5;
      const [left, right] = isSwapped ? [b, a] : [a, b];
      const verdict = judge(prompt, left, right, rng, { ...annotatorDefaults, noise });
      const ofLeft = rng.next() < takesLeft ? 2 : verdict.isBothBad ? 0 : verdict.grade;
      const said = isSwapped && ofLeft !== 0 ? -ofLeft : ofLeft;
      await insertPreference(db(), {
        ...task,
        userId: people[who]!,
        idempotencyKey: `${id} ${who}`,
        isSwapped,
        grade: said,
        aspects: { helpful: said, honest: Math.sign(said) },
        secondsOnTask: Math.max(1, Math.round(seconds * (0.5 + rng.next()))),
      });
    }
    if (i % 5 === 0)
      await prefer({
        rater: userId,
        taskId: await copyTask(id, 'retest'),
        standing: 'check',
        grade: i % 20 === 0 ? -Math.sign(grade) : grade,
      });
  }
  await pool().query(
    `with places as (select id, row_number() over (order by md5(coalesce(task_id::text, id::text))) * 1.0 / count(*) over () as place
       from preferences where project_id = $1)
     update preferences set created_at = now() - (1 - place) * interval '21 days' from places where places.id = preferences.id`,
    [projectId],
  );
}

/** Single responses, too, by taste and each with the same noise as above. */
export async function rateOverlapping(projectId: string, people: string[], rng: Rng): Promise<void> {
  const { rows } = await pool().query<{ id: string; prompt: string; response: string }>(
    `select t.id, p.text as prompt, r.text as response from tasks t join prompts p on p.id = t.prompt_id join responses r on r.id = t.response_a_id
     where t.project_id = $1 and t.kind = 'rate' and t.state = 'open' order by t.id`,
    [projectId],
  );
  for (const { id, prompt, response } of rows)
    for (const [who, { share, noise, seconds }] of manners.entries()) {
      if (rng.next() > share) continue;
      const grade = () => Math.max(1, Math.min(5, Math.round(2.5 + taste(prompt, response) / 2 + noise * (2 * rng.next() - 1))));
      const aspects = { helpful: grade(), honest: grade() };
      await rate({
        rater: people[who]!,
        taskId: id,
        aspects,
        isSafe: rng.next() < 0.9,
        secondsOnTask: Math.round(seconds * (0.5 + rng.next())),
      });
    }
}
