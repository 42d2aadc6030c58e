CREATE TYPE "public"."alert_severity" AS ENUM('warning', 'critical');--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"round_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"monitor" text NOT NULL,
	"severity" "alert_severity" NOT NULL,
	"first_step" integer NOT NULL,
	"step" integer NOT NULL,
	"seen" text NOT NULL,
	"advice" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"is_halting" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_round_id_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."rounds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_job_monitor_unique" ON "alerts" USING btree ("job_id","monitor");--> statement-breakpoint
CREATE INDEX "alerts_round" ON "alerts" USING btree ("round_id");