'use client';
/** Changes a text of one's own in the field in which it was written. What is not saved yet is kept on this device. */
import { useEffect, useState } from 'react';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { useUserId } from '../outbox-provider';
import { useActiveSeconds } from '../use-active-seconds';
import { keptUnder } from '../use-kept';
import { useKeys } from '../use-keys';
import { useWriting } from '../use-writing';
import { ViewButtons } from '../view-buttons';
import { WritingField } from '../writing-field';
import { WritingStatus } from '../writing-status';
import { Form } from './amend-form';
import type { Amended } from './shown';
import { useAmend } from './use-amend';

export function AmendDemonstration({ answer }: { answer: Extract<Amended, { kind: 'demonstration' }> }) {
  const t = useWords(myWorkWords);
  const newest = answer.versions.at(-1)!;
  const kept = `heed:amendment:${useUserId()}:${newest.id}`;
  const [text, setText] = useState(newest.text);
  const [problem, setProblem] = useState('');
  const { amend, ...state } = useAmend();
  const seconds = useActiveSeconds(newest.id);
  const writing = useWriting(true, () => void save(), false);
  useKeys(writing.keys);
  // The server knows nothing of it: read once the page is there.
  useEffect(() => setText(keptUnder<string>(kept).read() ?? newest.text), [kept, newest.text]);

  function write(next: string) {
    setText(next);
    setProblem('');
    if (next === newest.text) keptUnder(kept).clear();
    else keptUnder(kept).write(next);
  }

  async function save() {
    if (text.trim() === '') {
      setProblem(t.writeFirst);
      return writing.focus();
    }
    if (await amend({ path: 'demonstrations', id: newest.id, body: { text, secondsOnTask: seconds() }, writing: text }))
      keptUnder(kept).clear();
  }

  return (
    <Form {...state} isChanged={text !== newest.text} onSubmit={save}>
      <div>
        <h3 className="mb-1.5 text-sm font-medium">{t.newText}</h3>
        <WritingField
          label={t.newText}
          text={text}
          original={newest.text}
          view={writing.view}
          field={writing.field}
          problem={problem}
          onWrite={write}
        />
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="-ml-3 flex gap-x-1">
            <ViewButtons writing={writing} hasOriginal />
          </span>
          <WritingStatus text={text} state={text === newest.text ? null : 'here'} />
        </div>
      </div>
    </Form>
  );
}
