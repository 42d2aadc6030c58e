import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import { alertSeverities, checkpointKinds, jobStates, roundStates, stages } from '../enums';
import { users } from './people';
import { projects, responses } from './projects';

export const roundStateEnum = pgEnum('round_state', roundStates);
export const stageEnum = pgEnum('stage', stages);
export const jobStateEnum = pgEnum('job_state', jobStates);
export const alertSeverityEnum = pgEnum('alert_severity', alertSeverities);
export const checkpointKindEnum = pgEnum('checkpoint_kind', checkpointKinds);

/** The labels and prompts a round trains on, frozen when it starts. Their rows' texts are never updated, so ids are enough. */
export const snapshots = pgTable('snapshots', {
  id: uuid().primaryKey().defaultRandom(),
  projectId: uuid()
    .notNull()
    .references((): AnyPgColumn => projects.id),
  demonstrationIds: uuid().array().notNull(),
  preferenceIds: uuid().array().notNull(),
  /** Reviewers' decisions that held; empty in snapshots that are older than these. */
  verdictIds: uuid()
    .array()
    .notNull()
    .default(sql`'{}'`),
  /** What PPO rolls out from: the sampled prompts of the train split. */
  promptIds: uuid().array().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

export type ErrorDetails = Record<string, unknown> & { reason: string };

export const rounds = pgTable(
  'rounds',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references((): AnyPgColumn => projects.id),
    /** 1, 2, 3 … within the project. */
    number: integer().notNull(),
    state: roundStateEnum().notNull().default('running'),
    snapshotId: uuid()
      .notNull()
      .references(() => snapshots.id),
    /** `roundConfigSchema` in lib/training/hyperparameters.ts. */
    config: jsonb().notNull(),
    seed: integer().notNull(),
    codeRevision: text().notNull(),
    /** The policy of the round before (or the base model): the other side of new comparisons. */
    previousPolicyId: uuid().references(() => checkpoints.id),
    /** What went wrong, in words for the person who started it, and the same by name where it has one: see lib/training/failures.ts. */
    error: text(),
    errorDetails: jsonb().$type<ErrorDetails>(),
    startedBy: uuid().references(() => users.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('rounds_project_number_unique').on(t.projectId, t.number),
    uniqueIndex('rounds_one_running_per_project')
      .on(t.projectId)
      .where(sql`state = 'running'`),
  ],
);

/** A stage to run. Every write after the claim is fenced by (id, workerId, attempt). */
export const jobs = pgTable(
  'jobs',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references((): AnyPgColumn => projects.id),
    /** null: the sampling that fills a new project. */
    roundId: uuid().references(() => rounds.id),
    stage: stageEnum().notNull(),
    state: jobStateEnum().notNull().default('queued'),
    /** Stage settings, see lib/training/contract.ts. */
    config: jsonb().notNull(),
    /** Counts claims; part of the fence. */
    attempt: integer().notNull().default(0),
    /** Claims since the last resume checkpoint: a stage that only ever crashes is given up. */
    fruitlessAttempts: integer().notNull().default(0),
    workerId: text(),
    leaseUntil: timestamp({ withTimezone: true }),
    isCancelRequested: boolean().notNull().default(false),
    /** 0 … 1. */
    progress: real().notNull().default(0),
    error: text(),
    errorDetails: jsonb().$type<ErrorDetails>(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    startedAt: timestamp({ withTimezone: true }),
    finishedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('jobs_queued')
      .on(t.createdAt)
      .where(sql`state = 'queued'`),
    index('jobs_running')
      .on(t.leaseUntil)
      .where(sql`state = 'running'`),
    index('jobs_round').on(t.roundId),
    index('jobs_project_created').on(t.projectId, t.createdAt, t.id),
  ],
);

/** A row means complete files: written to a temporary folder, hashed, renamed, and only then recorded. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references((): AnyPgColumn => projects.id),
    roundId: uuid().references((): AnyPgColumn => rounds.id),
    jobId: uuid().references((): AnyPgColumn => jobs.id),
    kind: checkpointKindEnum().notNull(),
    /** Optimizer steps done when it was written. */
    step: integer().notNull().default(0),
    /** Folder: absolute (or `builtin`) for `base`, else relative to the data folder's `checkpoints/`. */
    path: text().notNull(),
    /** SHA-256 over the files' names and hashes. */
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    parentId: uuid().references((): AnyPgColumn => checkpoints.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Files removed by the retention rule; the row stays for lineage. */
    deletedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('checkpoints_project_created').on(t.projectId, t.createdAt, t.id),
    index('checkpoints_job').on(t.jobId),
    // Every stage asks for the newest of a kind of its round.
    index('checkpoints_round_kind_created').on(t.roundId, t.kind, t.createdAt),
    // A report that is sent again, because its answer was lost, finds its row.
    uniqueIndex('checkpoints_path_unique')
      .on(t.path)
      .where(sql`kind <> 'base'`),
  ],
);

/** One number of one step, under the key that TRL gives it. */
export const metrics = pgTable(
  'metrics',
  {
    id: bigserial({ mode: 'number' }).notNull(),
    jobId: uuid()
      .notNull()
      .references(() => jobs.id),
    step: integer().notNull(),
    key: text().notNull(),
    value: doublePrecision().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    // A step taken again after a crash overwrites itself.
    primaryKey({ columns: [t.jobId, t.key, t.step] }),
    // The event stream resumes from the last id it sent.
    index('metrics_job_id').on(t.jobId, t.id),
  ],
);

/** What a stage's model answered to a few held-out prompts when it was measured, for people to read. Never trained on, never compared. */
export const stageSamples = pgTable(
  'stage_samples',
  {
    jobId: uuid()
      .notNull()
      .references(() => jobs.id),
    position: integer().notNull(),
    prompt: text().notNull(),
    response: text().notNull(),
    isTruncated: boolean().notNull(),
    /** By the round's reward model, normalised; null where there is none yet. */
    score: real(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.position] })],
);

/**
 * What the project's newest reward model thinks of pairs that people judged: a few thousand at most, and those of the model before it go when
 * they come.
 */
export const pairScores = pgTable(
  'pair_scores',
  {
    projectId: uuid()
      .notNull()
      .references((): AnyPgColumn => projects.id),
    /** The reward stage. */
    jobId: uuid()
      .notNull()
      .references(() => jobs.id),
    /** The one with the lower id. */
    responseAId: uuid()
      .notNull()
      .references((): AnyPgColumn => responses.id),
    responseBId: uuid()
      .notNull()
      .references((): AnyPgColumn => responses.id),
    /** Reward of A less that of B: the log-odds of A being preferred. */
    lead: real().notNull(),
    /** The model was not trained on the prompt. */
    isHeldOut: boolean().notNull(),
  },
  (t) => [primaryKey({ columns: [t.responseAId, t.responseBId] }), index('pair_scores_project').on(t.projectId)],
);

/** What the project's newest reward model thinks of single responses that people rated; like `pair_scores`. */
export const responseScores = pgTable(
  'response_scores',
  {
    responseId: uuid()
      .primaryKey()
      .references((): AnyPgColumn => responses.id),
    projectId: uuid()
      .notNull()
      .references((): AnyPgColumn => projects.id),
    /** The reward stage. */
    jobId: uuid()
      .notNull()
      .references(() => jobs.id),
    /** Normalised, as the policy is paid. */
    score: real().notNull(),
    /** The model was not trained on the prompt. */
    isHeldOut: boolean().notNull(),
  },
  (t) => [index('response_scores_project').on(t.projectId)],
);

/** What the watch has seen in a stage: one row a monitor, which grows graver but is never taken back. */
export const alerts = pgTable(
  'alerts',
  {
    id: uuid().primaryKey().defaultRandom(),
    roundId: uuid()
      .notNull()
      .references(() => rounds.id),
    jobId: uuid()
      .notNull()
      .references(() => jobs.id),
    /** `monitors` in lib/training/watch.ts. */
    monitor: text().notNull(),
    severity: alertSeverityEnum().notNull(),
    /** Of the metrics: when it was raised, and when it came to what it says now. */
    firstStep: integer().notNull(),
    step: integer().notNull(),
    /** In words: what was seen, and what to do. */
    seen: text().notNull(),
    advice: text().notNull(),
    /** `evidenceSchema` in lib/training/watch.ts. */
    evidence: jsonb().notNull(),
    /** It ended the round. */
    isHalting: boolean().notNull().default(false),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    // Reported again, after a crash or because the answer was lost, it overwrites itself.
    uniqueIndex('alerts_job_monitor_unique').on(t.jobId, t.monitor),
    index('alerts_round').on(t.roundId),
  ],
);
