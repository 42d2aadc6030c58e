import { counted, words } from './words';

/** Prompts and responses, wherever people work on them. */
export const taskTextWords = words(
  {
    prompt: 'Prompt',
    conversation: 'Conversation',
    roles: { system: 'System', user: 'User', assistant: 'Assistant' },
    earlier: (count: string) => `Show ${counted(count, 'earlier turn', 'earlier turns')}`,
    showAll: 'Show the whole conversation',
    empty: 'The response is empty.',
  },
  {
    prompt: 'Prompt',
    conversation: 'Gespräch',
    roles: { system: 'System', user: 'Nutzer/in', assistant: 'Assistent' },
    earlier: (count: string) => `${counted(count, 'früheren Beitrag', 'frühere Beiträge')} zeigen`,
    showAll: 'Das ganze Gespräch zeigen',
    empty: 'Die Antwort ist leer.',
  },
);
