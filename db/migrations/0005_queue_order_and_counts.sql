CREATE TABLE "task_counts" (
	"project_id" uuid NOT NULL,
	"kind" "task_kind" NOT NULL,
	"slot" smallint NOT NULL,
	"open" integer NOT NULL,
	"total" integer NOT NULL,
	CONSTRAINT "task_counts_project_id_kind_slot_pk" PRIMARY KEY("project_id","kind","slot")
);
--> statement-breakpoint
DROP INDEX "tasks_claimable";--> statement-breakpoint
ALTER TABLE "task_counts" ADD CONSTRAINT "task_counts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tasks_claimable" ON "tasks" USING btree ("project_id","kind","answered",(-priority),"id") WHERE state = 'open' and purpose = 'work' and answered + leased < overlap;--> statement-breakpoint
CREATE FUNCTION "add_to_task_counts"(project uuid, task_kind "task_kind", more_open integer, more_total integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	free smallint := 0;
BEGIN
	-- The first slot that no other transaction has: held until this one ends, and never waited for.
	WHILE NOT pg_try_advisory_xact_lock(1952543595, free) LOOP
		free := free + 1;
	END LOOP;
	INSERT INTO "task_counts" AS c ("project_id", "kind", "slot", "open", "total") VALUES (project, task_kind, free, more_open, more_total)
	ON CONFLICT ("project_id", "kind", "slot") DO UPDATE SET "open" = c."open" + excluded."open", "total" = c."total" + excluded."total";
END $$;--> statement-breakpoint
CREATE FUNCTION "count_tasks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		PERFORM "add_to_task_counts"("project_id", "kind", (count(*) FILTER (WHERE "state" = 'open'))::integer, (count(*) FILTER (WHERE "state" <> 'withdrawn'))::integer)
		FROM "after" WHERE "purpose" = 'work' GROUP BY "project_id", "kind";
	ELSIF TG_OP = 'DELETE' THEN
		PERFORM "add_to_task_counts"("project_id", "kind", -(count(*) FILTER (WHERE "state" = 'open'))::integer, -(count(*) FILTER (WHERE "state" <> 'withdrawn'))::integer)
		FROM "before" WHERE "purpose" = 'work' GROUP BY "project_id", "kind";
	ELSE
		PERFORM "add_to_task_counts"("project_id", "kind", sum("is_open")::integer, sum("is_there")::integer)
		FROM (
			SELECT "project_id", "kind", ("state" = 'open')::integer AS "is_open", ("state" <> 'withdrawn')::integer AS "is_there" FROM "after" WHERE "purpose" = 'work'
			UNION ALL
			SELECT "project_id", "kind", -("state" = 'open')::integer, -("state" <> 'withdrawn')::integer FROM "before" WHERE "purpose" = 'work'
		) "change" GROUP BY "project_id", "kind" HAVING sum("is_open") <> 0 OR sum("is_there") <> 0;
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "tasks_inserted" AFTER INSERT ON "tasks" REFERENCING NEW TABLE AS "after" FOR EACH STATEMENT EXECUTE FUNCTION "count_tasks"();--> statement-breakpoint
CREATE TRIGGER "tasks_updated" AFTER UPDATE ON "tasks" REFERENCING NEW TABLE AS "after" OLD TABLE AS "before" FOR EACH STATEMENT EXECUTE FUNCTION "count_tasks"();--> statement-breakpoint
CREATE TRIGGER "tasks_deleted" AFTER DELETE ON "tasks" REFERENCING OLD TABLE AS "before" FOR EACH STATEMENT EXECUTE FUNCTION "count_tasks"();--> statement-breakpoint
INSERT INTO "task_counts" ("project_id", "kind", "slot", "open", "total")
SELECT "project_id", "kind", 0, count(*) FILTER (WHERE "state" = 'open'), count(*) FILTER (WHERE "state" <> 'withdrawn')
FROM "tasks" WHERE "purpose" = 'work' GROUP BY "project_id", "kind";
