ALTER TABLE "jobs" ADD COLUMN "error_details" jsonb;--> statement-breakpoint
ALTER TABLE "rounds" ADD COLUMN "error_details" jsonb;