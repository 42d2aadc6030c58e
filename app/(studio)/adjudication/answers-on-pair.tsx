'use client';
/** What people said of a pair and why, what the reward model thinks, and the verdict where there is one. */
import { useGradeWords } from '../../(work)/my-work/grade-words';
import Link from 'next/link';
import { Badge } from '../../components/badge';
import { Moment } from '../../components/moment';
import { Cell, Table } from '../../components/table';
import { adjudicationWords } from '../../words/adjudication';
import { annotatorsWords } from '../../words/annotators';
import { commentWords } from '../../words/comments';
import { useNumber, useWords } from '../../words/language';
import type { ShownPair } from './shown-pair';

export function AnswersOnPair({ pair: { promptId, answers, model, verdict, comments } }: { pair: ShownPair }) {
  const t = useWords(adjudicationWords);
  const c = useWords(commentWords);
  const { accuracy: reliability } = useWords(annotatorsWords);
  const number = useNumber();
  const inWords = useGradeWords();
  const percent = (share: number) => number(share, { style: 'percent' });
  const votes = (sign: number) => answers.filter(({ grade }) => Math.sign(grade) === sign).length;
  return (
    <section aria-label={t.answers} className="mt-6">
      <p className="mb-1 font-medium">{t.votes(votes(1), votes(0), votes(-1))}</p>
      {model && (
        <p className="mb-1 text-sm text-muted">
          {t.modelSays(percent(model.pA), percent(1 - model.pA))} {model.isTrained ? t.trained : t.unseen}
        </p>
      )}
      {answers.some(({ isMine }) => isMine) && <p className="mb-1 text-sm font-medium text-warn">{t.mine}</p>}
      {verdict && (
        <p className="mb-1 max-w-[75ch] text-sm">
          <Badge tone="accent">{t.verdict}</Badge> {t.verdictBy(inWords(verdict), verdict.name)}{' '}
          <span dir="auto" className="text-muted">
            {verdict.reason}
          </span>{' '}
          <span className="text-muted">
            <Moment at={verdict.createdAt} />
          </span>
        </p>
      )}
      <div className="mt-3">
        <Table isStacked label={t.answers} head={[t.person, t.said, t.reason, reliability, t.seconds, t.when]}>
          {answers.map((answer) => (
            <tr key={`${answer.name} ${answer.createdAt.getTime()}`}>
              <Cell className="font-medium">
                {answer.name} {answer.isMine && <span className="font-normal text-muted">({t.you})</span>}
              </Cell>
              <Cell label={t.said} className="min-w-32">
                {inWords(answer)} {answer.isRanking && <span className="text-muted">{t.ranked}</span>}
              </Cell>
              <Cell label={t.reason} className="sm:min-w-56">
                {answer.reason ? <span dir="auto">{answer.reason}</span> : '–'}
              </Cell>
              <Cell isNumber label={reliability}>
                {answer.reliability === null ? '–' : percent(answer.reliability)}
              </Cell>
              <Cell isNumber label={t.seconds}>
                {answer.seconds === null ? '–' : t.secondsShort(number(answer.seconds))}
              </Cell>
              <Cell label={t.when}>
                <Moment at={answer.createdAt} />
              </Cell>
            </tr>
          ))}
        </Table>
      </div>
      {comments.length > 0 && (
        <>
          <h3 className="mt-5 mb-1 text-sm font-semibold text-muted">{c.title}</h3>
          <ul className="flex max-w-[75ch] flex-col gap-1.5 text-sm">
            {comments.map(({ id, text, name, createdAt }) => (
              <li key={id}>
                <span dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                  {text}
                </span>{' '}
                <span className="text-muted">
                  – {name}, <Moment at={createdAt} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Link href={`/prompts/${promptId}`} className="mt-3 inline-block text-sm text-muted underline decoration-line underline-offset-4">
        {c.toAdd}
      </Link>
    </section>
  );
}
