CREATE TABLE "known_answers" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"expected" smallint NOT NULL,
	"explanation" text DEFAULT '' NOT NULL,
	"is_explained" boolean DEFAULT true NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "known_answers_sign" CHECK ("known_answers"."expected" between -1 and 1)
);
--> statement-breakpoint
CREATE TABLE "qualifications" (
	"project_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"passed_at" timestamp with time zone,
	"attempts" integer DEFAULT 1 NOT NULL,
	"attempt_from" timestamp with time zone,
	"overridden_by" uuid,
	"overridden_at" timestamp with time zone,
	CONSTRAINT "qualifications_project_id_user_id_pk" PRIMARY KEY("project_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "known_answers" ADD CONSTRAINT "known_answers_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_answers" ADD CONSTRAINT "known_answers_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "qualifications" ADD CONSTRAINT "qualifications_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "qualifications" ADD CONSTRAINT "qualifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "qualifications" ADD CONSTRAINT "qualifications_overridden_by_users_id_fk" FOREIGN KEY ("overridden_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;