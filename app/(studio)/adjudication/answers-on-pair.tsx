'use client';
/** What people said of a pair and why, what the reward model thinks, and the verdict where there is one. */
import { useGradeWords } from '../../(work)/my-work/grade-words';
import { Badge } from '../../components/badge';
import { Moment } from '../../components/moment';
import { Cell, Table } from '../../components/table';
import { adjudicationWords } from '../../words/adjudication';
import { annotatorsWords } from '../../words/annotators';
import { useNumber, useWords } from '../../words/language';
import type { ShownPair } from './shown-pair';

export function AnswersOnPair({ pair: { answers, model, verdict } }: { pair: ShownPair }) {
  const t = useWords(adjudicationWords);
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
        <Table label={t.answers} head={[t.person, t.said, t.reason, reliability, t.seconds, t.when]}>
          {answers.map((answer) => (
            <tr key={`${answer.name} ${answer.createdAt.getTime()}`}>
              <Cell className="font-medium">
                {answer.name} {answer.isMine && <span className="font-normal text-muted">({t.you})</span>}
              </Cell>
              <Cell className="min-w-32">
                {inWords(answer)} {answer.isRanking && <span className="text-muted">{t.ranked}</span>}
              </Cell>
              <Cell className="min-w-56">{answer.reason ? <span dir="auto">{answer.reason}</span> : '–'}</Cell>
              <Cell isNumber>{answer.reliability === null ? '–' : percent(answer.reliability)}</Cell>
              <Cell isNumber>{answer.seconds === null ? '–' : t.secondsShort(number(answer.seconds))}</Cell>
              <Cell>
                <Moment at={answer.createdAt} />
              </Cell>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}
