CREATE TABLE "questions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"user_id" uuid,
	"task_id" uuid,
	"prompt_id" uuid,
	"conversation_id" uuid,
	"response_ids" uuid[] DEFAULT '{}' NOT NULL,
	"text" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answer" text,
	"answered_by" uuid,
	"answered_at" timestamp with time zone,
	"revision" integer DEFAULT 0 NOT NULL,
	"is_precedent" boolean DEFAULT false NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"seen_at" timestamp with time zone,
	"search" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('simple', regexp_replace(title, '[^[:alnum:]]+', ' ', 'g')), 'A') || setweight(to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g')), 'B') || setweight(to_tsvector('simple', regexp_replace(coalesce(answer, ''), '[^[:alnum:]]+', ' ', 'g')), 'C')) STORED,
	CONSTRAINT "questions_answered_when" CHECK (("questions"."answer" is null) = ("questions"."answered_at" is null)),
	CONSTRAINT "questions_precedent_has_answer" CHECK (not "questions"."is_precedent" or "questions"."answer" is not null)
);
--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_prompt_id_prompts_id_fk" FOREIGN KEY ("prompt_id") REFERENCES "public"."prompts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_answered_by_users_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "questions_idempotency_unique" ON "questions" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "questions_user" ON "questions" USING btree ("user_id","project_id","created_at");--> statement-breakpoint
CREATE INDEX "questions_open" ON "questions" USING btree ("project_id","created_at","id") WHERE answer is null;--> statement-breakpoint
CREATE INDEX "questions_answered" ON "questions" USING btree ("project_id","answered_at","id") WHERE answer is not null;--> statement-breakpoint
CREATE INDEX "questions_search" ON "questions" USING gin ("search") WHERE is_precedent;--> statement-breakpoint
CREATE INDEX "questions_conversation" ON "questions" USING btree ("conversation_id") WHERE conversation_id is not null;