/** A conversation as its author sees it, and as those see it who read all. Annotators judge blind: no word of which model it is. */
import type { CheckpointKind, ConversationOutcome, TurnRole } from '@/db/enums';
import { toPrompt } from '@/lib/dataset/transcript';
import type { Called } from '@/lib/people/names';
import type { Decoding } from '@/lib/training/hyperparameters';

export type Turn = { position: number; role: TurnRole; text: string; isTruncated: boolean };

export type Conversation = { id: string; modelId: string; outcome: ConversationOutcome; turns: Turn[] };

/** `kind` is null for those who judge blind. */
export type RedTeamModel = { id: string; kind: CheckpointKind | null; roundNumber: number | null; isDefault: boolean };

export type ConversationSummary = {
  id: string;
  outcome: ConversationOutcome;
  category: string | null;
  severity: number | null;
  notes: string;
  annotator: Called;
  checkpoint: { id: string; kind: CheckpointKind; roundNumber: number | null };
  secondsOnTask: number | null;
  createdAt: Date;
  finishedAt: Date | null;
};
export type ConversationListItem = ConversationSummary & { opening: string; answers: number };
export type ConversationDetail = ConversationSummary & {
  projectId: string;
  turns: Turn[];
  decoding: Decoding;
  /** What the model should have said, and the prompt under which it is kept. */
  correction: { text: string; promptId: string } | null;
};

/**
 * What the model reads before it answers the last of these turns; the same text is the prompt of a demonstration. Answers stand in it
 * without the space that a model may begin with.
 */
export const promptOf = (turns: Pick<Turn, 'role' | 'text'>[]): string =>
  toPrompt(turns.map(({ role, text }) => ({ role, content: role === 'assistant' ? text.trim() : text }))).prompt;

/** Up to the last answer, without it: what was to be answered, and how it was. Null while there is no answer. */
export function lastExchange(turns: Turn[]): { asked: Turn[]; answer: Turn } | null {
  const at = turns.findLastIndex(({ role }) => role === 'assistant');
  return at < 0 ? null : { asked: turns.slice(0, at), answer: turns[at]! };
}

/** What a turn's stream says, a line of JSON each. `done` comes when the answer is stored, with the whole of it. */
export type TurnEvent =
  | { type: 'start'; promptTokens: number; maxNewTokens: number }
  | { type: 'piece'; text: string; tokens: number }
  | { type: 'done'; turn: Turn }
  | { type: 'error'; code: string; message: string; details?: Record<string, unknown> };
