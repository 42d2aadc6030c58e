CREATE TABLE "verdicts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"prompt_id" uuid NOT NULL,
	"response_a_id" uuid NOT NULL,
	"response_b_id" uuid NOT NULL,
	"grade" smallint NOT NULL,
	"scale_points" smallint NOT NULL,
	"is_both_bad" boolean DEFAULT false NOT NULL,
	"is_taken_back" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"supersedes_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "verdicts_pair_order" CHECK ("verdicts"."response_a_id" < "verdicts"."response_b_id"),
	CONSTRAINT "verdicts_grade_range" CHECK (abs("verdicts"."grade") <= "verdicts"."scale_points" / 2),
	CONSTRAINT "verdicts_both_bad_is_tie" CHECK (not "verdicts"."is_both_bad" or "verdicts"."grade" = 0)
);
--> statement-breakpoint
CREATE TABLE "pair_scores" (
	"project_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"response_a_id" uuid NOT NULL,
	"response_b_id" uuid NOT NULL,
	"lead" real NOT NULL,
	"is_held_out" boolean NOT NULL,
	CONSTRAINT "pair_scores_response_a_id_response_b_id_pk" PRIMARY KEY("response_a_id","response_b_id")
);
--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "verdict_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_prompt_id_prompts_id_fk" FOREIGN KEY ("prompt_id") REFERENCES "public"."prompts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_response_a_id_responses_id_fk" FOREIGN KEY ("response_a_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_response_b_id_responses_id_fk" FOREIGN KEY ("response_b_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_reviewer_id_users_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_supersedes_id_verdicts_id_fk" FOREIGN KEY ("supersedes_id") REFERENCES "public"."verdicts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pair_scores" ADD CONSTRAINT "pair_scores_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pair_scores" ADD CONSTRAINT "pair_scores_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pair_scores" ADD CONSTRAINT "pair_scores_response_a_id_responses_id_fk" FOREIGN KEY ("response_a_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pair_scores" ADD CONSTRAINT "pair_scores_response_b_id_responses_id_fk" FOREIGN KEY ("response_b_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "verdicts_idempotency_unique" ON "verdicts" USING btree ("reviewer_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "verdicts_pair_unique" ON "verdicts" USING btree ("response_a_id","response_b_id") WHERE supersedes_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "verdicts_supersedes_unique" ON "verdicts" USING btree ("supersedes_id") WHERE supersedes_id is not null;--> statement-breakpoint
CREATE INDEX "verdicts_project_created" ON "verdicts" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE INDEX "verdicts_prompt" ON "verdicts" USING btree ("prompt_id");--> statement-breakpoint
CREATE INDEX "pair_scores_project" ON "pair_scores" USING btree ("project_id");