DROP INDEX "demonstrations_task_user_unique";--> statement-breakpoint
DROP INDEX "preferences_task_user_unique";--> statement-breakpoint
ALTER TABLE "demonstrations" ADD COLUMN "supersedes_id" uuid;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "supersedes_id" uuid;--> statement-breakpoint
ALTER TABLE "demonstrations" ADD CONSTRAINT "demonstrations_supersedes_id_demonstrations_id_fk" FOREIGN KEY ("supersedes_id") REFERENCES "public"."demonstrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_supersedes_id_preferences_id_fk" FOREIGN KEY ("supersedes_id") REFERENCES "public"."preferences"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "demonstrations_supersedes_unique" ON "demonstrations" USING btree ("supersedes_id") WHERE supersedes_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "preferences_supersedes_unique" ON "preferences" USING btree ("supersedes_id") WHERE supersedes_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "demonstrations_task_user_unique" ON "demonstrations" USING btree ("task_id","user_id") WHERE supersedes_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "preferences_task_user_unique" ON "preferences" USING btree ("task_id","user_id") WHERE supersedes_id is null;