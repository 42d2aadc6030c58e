'use client';
/** What was expected of a pair that was answered otherwise, with the pair itself. It stays until it is read: Enter goes on. */
import { useState } from 'react';
import type { AnswerCheck } from '@/lib/tasks/claim';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Prose } from '../../components/prose';
import { useWords } from '../../words/language';
import { qualityWords } from '../../words/quality';
import type { WorkItem } from '../use-task-feed';
import { Pair, type View } from './pair';

export type Miss = { item: WorkItem; check: AnswerCheck };

export function MissDialog({ miss, onRead }: { miss: Miss | undefined; onRead: () => void }) {
  const t = useWords(qualityWords);
  const [isPromptOpen, setPromptOpen] = useState(false);
  const [view, setView] = useState<View>('both');
  if (!miss) return null;
  const expected = { left: t.missLeft, right: t.missRight, tie: t.missTie }[miss.check.expected];
  return (
    <Dialog
      key={miss.item.lease.id}
      open
      onOpenChange={(isOpen) => !isOpen && onRead()}
      title={t.missTitle}
      about={expected}
      isWide
      isToBeRead
    >
      {miss.check.explanation && <Prose text={miss.check.explanation} className="mb-5" />}
      <Button variant="primary" autoFocus onClick={onRead}>
        {t.goOn}
        <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
          ↵
        </span>
      </Button>
      <div className="mt-6 border-t border-line pt-5">
        <Pair
          item={miss.item}
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
