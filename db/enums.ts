/**
 * Every enumerated value of the domain, declared once. Feeds `pgEnum`, zod and the pages.
 * Imports nothing, so that client components never pull in drizzle or pg.
 */
export const roles = ['admin', 'reviewer', 'annotator'] as const;
export type Role = (typeof roles)[number];

/** `rank`: three to nine responses in order. `rate`: one response, aspect by aspect. */
export const taskKinds = ['compare', 'demonstrate', 'rank', 'rate'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** `work` is collected to learn from; the others measure a person: known answers, the entrance quiz, the same item a second time. */
export const taskPurposes = ['work', 'gold', 'quiz', 'retest'] as const;
export type TaskPurpose = (typeof taskPurposes)[number];

/** `withdrawn`: an admin took the task back; answers already given stay. */
export const taskStates = ['open', 'done', 'withdrawn'] as const;
export type TaskState = (typeof taskStates)[number];

/** `late`: answered after it ran out, when the task needed no answer any more. */
export const leaseStates = ['active', 'submitted', 'skipped', 'released', 'expired', 'late'] as const;
export type LeaseState = (typeof leaseStates)[number];

/** Points on the scale of a comparison. Odd ones have the tie in the middle; on even ones a tie is an answer of its own. */
export const scales = [2, 4, 5, 7, 9] as const;
export type ScalePoints = (typeof scales)[number];

/**
 * What an answer is for: `counted` trains, `late` came when it was no longer needed and is kept apart, `check` measured the person,
 * `withdrawn` followed from another answer that has been amended and says it no more.
 */
export const answerStandings = ['counted', 'late', 'check', 'withdrawn'] as const;
export type AnswerStanding = (typeof answerStandings)[number];

/** `warned`: told what was measured, and works on. `paused`: gets no tasks of the project until a reviewer decides. */
export const holdLevels = ['warned', 'paused'] as const;
export type HoldLevel = (typeof holdLevels)[number];

/** Why: too few gold answers as expected, answers too fast, or a reviewer's own decision. */
export const holdRules = ['gold', 'speed', 'reviewer'] as const;
export type HoldRule = (typeof holdRules)[number];

/** What a person can give: one kind of answer for each kind of task, and conversations. */
export const answerKinds = ['preference', 'demonstration', 'ranking', 'rating', 'conversation'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** How a person's attempt to make a policy fail ended. `open`: they are still talking. */
export const conversationOutcomes = ['open', 'failed', 'held'] as const;
export type ConversationOutcome = (typeof conversationOutcomes)[number];

export const turnRoles = ['user', 'assistant'] as const;
export type TurnRole = (typeof turnRoles)[number];

/** Where a response's text came from. */
export const responseOrigins = ['policy', 'human', 'imported'] as const;
export type ResponseOrigin = (typeof responseOrigins)[number];

/** Prompts are split once, when they enter; everything "held out" is held out by prompt. */
export const promptSplits = ['train', 'held_out'] as const;
export type PromptSplit = (typeof promptSplits)[number];

export const roundStates = ['running', 'succeeded', 'failed', 'cancelled'] as const;
export type RoundState = (typeof roundStates)[number];

/** A round runs its stages in this order, with either `ppo` or `dpo`; `sample` alone also fills a new project. */
export const stages = ['sft', 'reward', 'ppo', 'dpo', 'sample'] as const;
export type Stage = (typeof stages)[number];

/** How a round makes its policy from comparisons: through the reward model, or directly. */
export const policyOptimizers = ['ppo', 'dpo'] as const;
export type PolicyOptimizer = (typeof policyOptimizers)[number];

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** `base`: the model a project starts from; `resume`: the full state of an unfinished stage. */
export const checkpointKinds = ['base', 'sft', 'reward', 'policy', 'resume'] as const;
export type CheckpointKind = (typeof checkpointKinds)[number];

/** How grave an alert of the watch is, mildest first. */
export const alertSeverities = ['warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];
