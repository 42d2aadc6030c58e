'use client';
/** What was expected of a pair that was answered otherwise, with the pair itself. It stays until it is read, over a reload too: Enter goes on. */
import { useState } from 'react';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Prose } from '../../components/prose';
import { useWords } from '../../words/language';
import { qualityWords } from '../../words/quality';
import { useOutbox, useOutboxState } from '../outbox-provider';
import { Pair, textsOf, type View } from './pair';

export function MissDialog() {
  const outbox = useOutbox();
  const { missed: [miss] } = useOutboxState(); // prettier-ignore
  const t = useWords(qualityWords);
  const [isPromptOpen, setPromptOpen] = useState(false);
  const [view, setView] = useState<View>('both');
  if (!miss?.asked || !miss.missed) return null;
  const { key, asked, missed } = miss;
  const onRead = () => outbox().dismiss(key);
  const expected = { left: t.missLeft, right: t.missRight, tie: t.missTie }[missed.expected];
  return (
    <Dialog key={key} open onOpenChange={(isOpen) => !isOpen && onRead()} title={t.missTitle} about={expected} isWide isToBeRead>
      {missed.explanation && <Prose text={missed.explanation} className="mb-5" />}
      <Button variant="primary" autoFocus onClick={onRead}>
        {t.goOn}
        <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
          ↵
        </span>
      </Button>
      <div className="mt-6 border-t border-line pt-5">
        <Pair
          {...textsOf(asked)}
          isPromptOpen={isPromptOpen}
          onPromptOpen={() => setPromptOpen(true)}
          isDifferenceShown={false}
          view={view}
          onView={setView}
        />
      </div>
    </Dialog>
  );
}
