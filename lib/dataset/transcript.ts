/**
 * Conversations as plain text. One user message is its own text. Anything longer is a transcript as in Anthropic's HH data,
 * "\n\nHuman: …\n\nAssistant: …", whose prompt ends with "\n\nAssistant:" and whose response begins with a space.
 */
export type Message = { role: 'system' | 'user' | 'assistant'; content: string };

const assistant = '\n\nAssistant:';
export const speakers = { user: '\n\nHuman:', assistant };

/** A conversation's prompt and how a response is spelt after it. */
export function toPrompt(messages: Message[]): { prompt: string; isTranscript: boolean } {
  if (messages.length === 1 && messages[0]!.role === 'user') return { prompt: messages[0]!.content, isTranscript: false };
  const turns = messages.map(({ role, content }) => (role === 'system' ? content : `${speakers[role]} ${content}`));
  return { prompt: turns.join('') + assistant, isTranscript: true };
}

export const toResponse = (content: string, isTranscript: boolean): string => (isTranscript ? ` ${content}` : content);

/** Does a prompt hold turns, rather than being one user's message as it is? */
export const isTranscript = (prompt: string): boolean => prompt.endsWith(assistant) && prompt.includes(`${speakers.user} `);

/**
 * The other way round: the messages that a prompt stands for. A text that is no transcript is one user's message; what stands before a
 * transcript's first speaker is the system's.
 */
export function toMessages(prompt: string): Message[] {
  if (!isTranscript(prompt)) return [{ role: 'user', content: prompt }];
  const [system = '', ...turns] = prompt.slice(0, -assistant.length).split(/\n\n(Human|Assistant): /);
  const messages: Message[] = system ? [{ role: 'system', content: system }] : [];
  for (let i = 0; i < turns.length; i += 2) messages.push({ role: turns[i] === 'Human' ? 'user' : 'assistant', content: turns[i + 1]! });
  return messages;
}

/** A response as a message: without the space that it begins with in a transcript. */
export const toContent = (response: string, inTranscript: boolean): string =>
  inTranscript && response.startsWith(' ') ? response.slice(1) : response;

/**
 * Two transcripts that differ in the last reply: everything up to and with the last "\n\nAssistant:" that both share is the
 * prompt. Null when they share none.
 */
export function splitTranscripts(chosen: string, rejected: string): { prompt: string; chosen: string; rejected: string } | null {
  let shared = 0;
  while (shared < chosen.length && shared < rejected.length && chosen[shared] === rejected[shared]) shared++;
  const at = chosen.slice(0, shared).lastIndexOf(assistant);
  if (at < 0) return null;
  const end = at + assistant.length;
  return { prompt: chosen.slice(0, end), chosen: chosen.slice(end), rejected: rejected.slice(end) };
}

/** A plain text as a demonstration: the first sentence is the prompt, the rest the response. Null when there is only one. */
export function splitText(text: string): { prompt: string; response: string } | null {
  const end = /^[\s\S]*?[.!?]["'”’)\]]*(?=\s)/.exec(text)?.[0].length ?? 0;
  if (end === 0 || text.slice(end).trim() === '') return null;
  return { prompt: text.slice(0, end), response: text.slice(end) };
}
