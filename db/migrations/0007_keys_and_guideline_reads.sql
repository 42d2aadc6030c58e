CREATE TABLE "guideline_reads" (
	"user_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guideline_reads_user_id_project_id_pk" PRIMARY KEY("user_id","project_id")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "keys" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "guideline_reads" ADD CONSTRAINT "guideline_reads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guideline_reads" ADD CONSTRAINT "guideline_reads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
INSERT INTO "guideline_versions" ("project_id", "version", "text", "created_by", "created_at")
SELECT "id", 1, "guidelines", "created_by", "created_at" FROM "projects" WHERE "guidelines" <> '' ON CONFLICT DO NOTHING;
