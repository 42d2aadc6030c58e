ALTER TYPE "public"."answer_standing" ADD VALUE 'withdrawn';--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "started_from_id" uuid;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_started_from_id_responses_id_fk" FOREIGN KEY ("started_from_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;