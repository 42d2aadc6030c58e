'use client';
/** What the watch has seen in a round: each alert says what, on what evidence, and what to do about it. */
import type { ReactNode } from 'react';
import type { AlertView } from '@/lib/rounds/round-alerts';
import { Badge } from '../../../components/badge';
import { Cell, Table } from '../../../components/table';
import { alertInWords, numberInWords } from '../../../words/alerts';
import { useLanguage, useNumber, useWords } from '../../../words/language';
import { nameWords } from '../../../words/names';
import { roundWords } from '../../../words/round';

export function Alerts({ of }: { of: AlertView[] }) {
  const t = useWords(roundWords);
  if (of.length === 0) return null;
  return (
    <section aria-labelledby="watch" className="mb-10">
      <h2 id="watch" className="mb-3 font-semibold">
        {t.alertsRaised(of.length)}
      </h2>
      <ul className="flex flex-col gap-3">
        {of.map((alert) => (
          <li key={alert.id}>
            <OneAlert of={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneAlert({ of: alert }: { of: AlertView }) {
  const { stage, monitor, severity, firstStep, step, evidence, isHalting } = alert;
  const language = useLanguage();
  const { seen, advice, lang } = alertInWords(alert, language);
  const t = useWords(roundWords);
  const names = useWords(nameWords);
  const number = useNumber();
  const percent = (share: number) => number(share, { style: 'percent' });
  /** Three significant digits. */
  const short = (value: number) => number(Number(value.toPrecision(3)), { maximumFractionDigits: 6 });
  const { numbers, phrases, samples } = evidence;
  return (
    <article className="rounded-lg border border-line bg-surface">
      <div className="flex flex-col gap-2 p-5 sm:px-6">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Badge tone={severity === 'critical' ? 'danger' : 'warn'}>{t.severities[severity]}</Badge>
          {isHalting && <Badge tone="danger">{t.endedRound}</Badge>}
          <span className="font-mono text-xs text-muted">{monitor}</span>
          <span className="text-xs text-muted">
            {names.stages[stage]}
            {step > 0 && t.atStep(step)}
            {firstStep !== step && t.firstAt(firstStep)}
          </span>
        </div>
        <p className="max-w-[75ch] wrap-anywhere" lang={lang}>
          {seen}
        </p>
        <p className="max-w-[75ch] text-sm text-muted">
          <span className="font-medium text-ink">{t.whatToDo}</span>
          <span lang={lang}>{advice}</span>
        </p>
      </div>
      <details className="border-t border-line">
        <summary className="rounded-b-lg px-5 py-3 text-sm text-muted sm:px-6 hover:text-ink">{t.evidence}</summary>
        <div className="flex flex-col gap-5 px-5 pt-1 pb-5 sm:px-6">
          <Table label={t.numbersOf(monitor)} head={[t.measured, t.now, t.before, t.limit]}>
            {numbers.map(({ name, now, reference, limit }) => (
              <tr key={name}>
                <Cell>{numberInWords(name, language)}</Cell>
                {[now, reference, limit].map((value, column) => (
                  <Cell key={column} isNumber>
                    {value === null ? '–' : short(value)}
                  </Cell>
                ))}
              </tr>
            ))}
          </Table>
          {phrases.length > 0 && (
            <Table label={t.phrasesOf(monitor)} head={[t.phrase, t.withIt, t.sftPolicy, t.timesEach, t.reward]}>
              {phrases.map(({ phrase, share, referenceShare, perResponse, reward }) => (
                <tr key={phrase}>
                  <Cell className="min-w-40 wrap-anywhere">{phrase}</Cell>
                  <Cell isNumber>{percent(share)}</Cell>
                  <Cell isNumber>{percent(referenceShare)}</Cell>
                  <Cell isNumber>{short(perResponse)}</Cell>
                  <Cell isNumber>
                    {reward > 0 ? '+' : ''}
                    {short(reward)} sd
                  </Cell>
                </tr>
              ))}
            </Table>
          )}
          {samples.length > 0 && (
            <Labelled label={t.responses}>
              <ul className="flex flex-col gap-3">
                {samples.map(({ prompt, response, score }, index) => (
                  <li key={index} className="rounded-md bg-sunken p-4 text-sm">
                    <p className="mb-1.5 text-muted wrap-anywhere">{prompt}</p>
                    <p className="whitespace-pre-line wrap-anywhere">{response || t.nothing}</p>
                    <p className="mt-1.5 text-xs text-muted tabular-nums">{t.score(short(score))}</p>
                  </li>
                ))}
              </ul>
            </Labelled>
          )}
        </div>
      </details>
    </article>
  );
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-2 text-sm text-muted">{label}</h3>
      {children}
    </div>
  );
}
