DROP INDEX "conversations_user_open";--> statement-breakpoint
ALTER TABLE "conversation_turns" ADD COLUMN "is_truncated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "decoding" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "finish_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_one_open" ON "conversations" USING btree ("user_id","project_id") WHERE outcome = 'open';--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_severity" CHECK (("conversations"."outcome" = 'failed') = ("conversations"."severity" is not null) and "conversations"."severity" between 1 and 5);--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_category" CHECK ("conversations"."outcome" = 'failed' or "conversations"."category" is null);--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_finished" CHECK (("conversations"."outcome" = 'open') = ("conversations"."finished_at" is null));