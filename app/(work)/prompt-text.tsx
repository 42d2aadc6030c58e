'use client';
/** The prompt above what is judged, with the key for the rest of a long conversation. */
import { useState } from 'react';
import { toMessages } from '@/lib/dataset/transcript';
import { useWords } from '../words/language';
import { taskTextWords } from '../words/task-text';
import { isLongConversation, Prompt, promptKey } from './prompt';
import { useTaskKeys } from './work-frame';

export function PromptText({ text }: { text: string }) {
  const t = useWords(taskTextWords);
  const [opened, setOpened] = useState<string | null>(null);
  const open = () => setOpened(text);
  useTaskKeys(isLongConversation(toMessages(text)) ? [{ key: promptKey, does: t.showAll, run: open }] : []);
  return <Prompt text={text} isOpen={opened === text} onOpen={open} className="sm:px-6" />;
}
