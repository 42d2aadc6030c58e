CREATE TYPE "public"."conversation_outcome" AS ENUM('open', 'failed', 'held');--> statement-breakpoint
CREATE TYPE "public"."turn_role" AS ENUM('user', 'assistant');--> statement-breakpoint
CREATE TYPE "public"."answer_standing" AS ENUM('counted', 'late', 'check');--> statement-breakpoint
CREATE TYPE "public"."task_purpose" AS ENUM('work', 'gold', 'quiz', 'retest');--> statement-breakpoint
ALTER TYPE "public"."lease_state" ADD VALUE 'late';--> statement-breakpoint
ALTER TYPE "public"."task_kind" ADD VALUE 'rank';--> statement-breakpoint
ALTER TYPE "public"."task_kind" ADD VALUE 'rate';--> statement-breakpoint
CREATE TABLE "conversation_turns" (
	"conversation_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"role" "turn_role" NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversation_turns_conversation_id_position_pk" PRIMARY KEY("conversation_id","position")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"checkpoint_id" uuid NOT NULL,
	"outcome" "conversation_outcome" DEFAULT 'open' NOT NULL,
	"category" text,
	"severity" smallint,
	"notes" text DEFAULT '' NOT NULL,
	"demonstration_id" uuid,
	"idempotency_key" text NOT NULL,
	"seconds_on_task" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rankings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"lease_id" uuid,
	"user_id" uuid NOT NULL,
	"prompt_id" uuid NOT NULL,
	"is_flagged" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"standing" "answer_standing" DEFAULT 'counted' NOT NULL,
	"idempotency_key" text NOT NULL,
	"seconds_on_task" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"response_ids" uuid[] NOT NULL,
	"ranks" smallint[] NOT NULL,
	"supersedes_id" uuid,
	CONSTRAINT "rankings_rank_each" CHECK (cardinality("rankings"."response_ids") = cardinality("rankings"."ranks"))
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"lease_id" uuid,
	"user_id" uuid NOT NULL,
	"prompt_id" uuid NOT NULL,
	"is_flagged" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"standing" "answer_standing" DEFAULT 'counted' NOT NULL,
	"idempotency_key" text NOT NULL,
	"seconds_on_task" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"response_id" uuid NOT NULL,
	"aspects" jsonb NOT NULL,
	"scale_points" smallint DEFAULT 5 NOT NULL,
	"is_safe" boolean,
	"safety_categories" text[] DEFAULT '{}' NOT NULL,
	"supersedes_id" uuid
);
--> statement-breakpoint
CREATE TABLE "guideline_versions" (
	"project_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guideline_versions_project_id_version_pk" PRIMARY KEY("project_id","version")
);
--> statement-breakpoint
ALTER TABLE "preferences" DROP CONSTRAINT "preferences_grade_range";--> statement-breakpoint
DROP INDEX "leases_task_user_unique";--> statement-breakpoint
DROP INDEX "tasks_claimable";--> statement-breakpoint
DROP INDEX "tasks_one_per_pair";--> statement-breakpoint
DROP INDEX "tasks_one_demonstration_per_prompt";--> statement-breakpoint
ALTER TABLE "demonstrations" ADD COLUMN "started_from_id" uuid;--> statement-breakpoint
ALTER TABLE "demonstrations" ADD COLUMN "standing" "answer_standing" DEFAULT 'counted' NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "aspects" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "standing" "answer_standing" DEFAULT 'counted' NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "ranking_id" uuid;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "demonstration_id" uuid;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "purpose" "task_purpose" DEFAULT 'work' NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "response_ids" uuid[];--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "retest_of_id" uuid;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "for_user_id" uuid;--> statement-breakpoint
ALTER TABLE "conversation_turns" ADD CONSTRAINT "conversation_turns_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_checkpoint_id_checkpoints_id_fk" FOREIGN KEY ("checkpoint_id") REFERENCES "public"."checkpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_demonstration_id_demonstrations_id_fk" FOREIGN KEY ("demonstration_id") REFERENCES "public"."demonstrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_lease_id_leases_id_fk" FOREIGN KEY ("lease_id") REFERENCES "public"."leases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_prompt_id_prompts_id_fk" FOREIGN KEY ("prompt_id") REFERENCES "public"."prompts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_supersedes_id_rankings_id_fk" FOREIGN KEY ("supersedes_id") REFERENCES "public"."rankings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_lease_id_leases_id_fk" FOREIGN KEY ("lease_id") REFERENCES "public"."leases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_prompt_id_prompts_id_fk" FOREIGN KEY ("prompt_id") REFERENCES "public"."prompts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_response_id_responses_id_fk" FOREIGN KEY ("response_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_supersedes_id_ratings_id_fk" FOREIGN KEY ("supersedes_id") REFERENCES "public"."ratings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_idempotency_unique" ON "conversations" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "conversations_user_open" ON "conversations" USING btree ("user_id","project_id") WHERE outcome = 'open';--> statement-breakpoint
CREATE INDEX "conversations_project_created" ON "conversations" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "rankings_idempotency_unique" ON "rankings" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "rankings_task_user_unique" ON "rankings" USING btree ("task_id","user_id") WHERE supersedes_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "rankings_supersedes_unique" ON "rankings" USING btree ("supersedes_id") WHERE supersedes_id is not null;--> statement-breakpoint
CREATE INDEX "rankings_user_created" ON "rankings" USING btree ("user_id","project_id","created_at");--> statement-breakpoint
CREATE INDEX "rankings_project_created" ON "rankings" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "ratings_idempotency_unique" ON "ratings" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "ratings_task_user_unique" ON "ratings" USING btree ("task_id","user_id") WHERE supersedes_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "ratings_supersedes_unique" ON "ratings" USING btree ("supersedes_id") WHERE supersedes_id is not null;--> statement-breakpoint
CREATE INDEX "ratings_response" ON "ratings" USING btree ("response_id");--> statement-breakpoint
CREATE INDEX "ratings_user_created" ON "ratings" USING btree ("user_id","project_id","created_at");--> statement-breakpoint
CREATE INDEX "ratings_project_created" ON "ratings" USING btree ("project_id","created_at","id");--> statement-breakpoint
ALTER TABLE "demonstrations" ADD CONSTRAINT "demonstrations_started_from_id_responses_id_fk" FOREIGN KEY ("started_from_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_ranking_id_rankings_id_fk" FOREIGN KEY ("ranking_id") REFERENCES "public"."rankings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_demonstration_id_demonstrations_id_fk" FOREIGN KEY ("demonstration_id") REFERENCES "public"."demonstrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_retest_of_id_tasks_id_fk" FOREIGN KEY ("retest_of_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_for_user_id_users_id_fk" FOREIGN KEY ("for_user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "preferences_ranking" ON "preferences" USING btree ("ranking_id") WHERE ranking_id is not null;--> statement-breakpoint
CREATE INDEX "preferences_demonstration" ON "preferences" USING btree ("demonstration_id") WHERE demonstration_id is not null;--> statement-breakpoint
CREATE INDEX "tasks_checks" ON "tasks" USING btree ("project_id","kind","purpose") WHERE state = 'open' and purpose <> 'work';--> statement-breakpoint
CREATE UNIQUE INDEX "leases_task_user_unique" ON "leases" USING btree ("task_id","user_id") WHERE state not in ('released', 'expired');--> statement-breakpoint
CREATE INDEX "tasks_claimable" ON "tasks" USING btree ("project_id","kind",(-priority),"answered","id") WHERE state = 'open' and purpose = 'work' and answered + leased < overlap;--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_one_per_pair" ON "tasks" USING btree (least(response_a_id, response_b_id),greatest(response_a_id, response_b_id)) WHERE kind = 'compare' and purpose = 'work';--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_one_demonstration_per_prompt" ON "tasks" USING btree ("prompt_id") WHERE kind = 'demonstrate' and purpose = 'work';--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_grade_range" CHECK (abs("preferences"."grade") <= "preferences"."scale_points" / 2);--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_rank_has_responses" CHECK (("tasks"."kind"::text = 'rank') = (coalesce(cardinality("tasks"."response_ids"), 0) between 3 and 9));--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_rate_has_response" CHECK ("tasks"."kind"::text <> 'rate' or "tasks"."response_a_id" is not null);