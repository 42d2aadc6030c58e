ALTER TYPE "public"."stage" ADD VALUE 'dpo' BEFORE 'sample';--> statement-breakpoint
CREATE TABLE "stage_samples" (
	"job_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"prompt" text NOT NULL,
	"response" text NOT NULL,
	"is_truncated" boolean NOT NULL,
	"score" real,
	CONSTRAINT "stage_samples_job_id_position_pk" PRIMARY KEY("job_id","position")
);
--> statement-breakpoint
ALTER TABLE "stage_samples" ADD CONSTRAINT "stage_samples_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;