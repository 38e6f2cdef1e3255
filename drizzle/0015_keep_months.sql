CREATE TABLE "service_months" (
	"service_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"terms" text NOT NULL,
	"is_first" boolean NOT NULL,
	"down_ms" bigint NOT NULL,
	"worst_down_ms" bigint NOT NULL,
	"unknown_ms" bigint NOT NULL,
	"longest_down_ms" bigint NOT NULL,
	"shortest_down_ms" bigint NOT NULL,
	CONSTRAINT "service_months_service_id_start_pk" PRIMARY KEY("service_id","start")
);
--> statement-breakpoint
ALTER TABLE "service_months" ADD CONSTRAINT "service_months_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Drops the months of a service that had not ended by then. Whoever computes months holds the same lock for itself, so that none is kept
-- of what is just being changed.
CREATE FUNCTION "forget_months"("of_service" integer, "from_at" bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('fournines:service months', 0));
  DELETE FROM "service_months" WHERE "service_id" = "of_service" AND "end" > "from_at";
END
$$;
--> statement-breakpoint
CREATE FUNCTION "forget_months_of_readings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "forget_months"("checks"."service_id", min(changed."at"))
  FROM changed JOIN "checks" ON "checks"."id" = changed."check_id" GROUP BY "checks"."service_id";
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- At its upper length an outage reaches back to the last ok before it; where there was none, to the first observation.
CREATE FUNCTION "forget_months_of_outages"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "forget_months"(
    "checks"."service_id", min(least(changed."start", coalesce(changed."last_ok_before_at", 0) - changed."uncertainty_ms"))
  )
  FROM changed JOIN "checks" ON "checks"."id" = changed."check_id" GROUP BY "checks"."service_id";
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "readings_added_months" AFTER INSERT ON "readings" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_readings"();
--> statement-breakpoint
CREATE TRIGGER "readings_changed_months" AFTER UPDATE ON "readings" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_readings"();
--> statement-breakpoint
CREATE TRIGGER "readings_dropped_months" AFTER DELETE ON "readings" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_readings"();
--> statement-breakpoint
CREATE TRIGGER "outages_added_months" AFTER INSERT ON "outages" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_outages"();
--> statement-breakpoint
CREATE TRIGGER "outages_changed_months" AFTER UPDATE ON "outages" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_outages"();
--> statement-breakpoint
CREATE TRIGGER "outages_dropped_months" AFTER DELETE ON "outages" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "forget_months_of_outages"();
--> statement-breakpoint
-- What people change of a service or of what is asked of it can change all of its months.
CREATE FUNCTION "forget_all_months"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "of_service" integer := CASE TG_TABLE_NAME
    WHEN 'services' THEN (to_jsonb(NEW) ->> 'id')::integer
    WHEN 'checks' THEN (to_jsonb(NEW) ->> 'service_id')::integer
    ELSE (SELECT "service_id" FROM "checks" WHERE "id" = (to_jsonb(NEW) ->> 'check_id')::integer)
  END;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('fournines:service months', 0));
  DELETE FROM "service_months" WHERE "service_id" = "of_service";
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "services_changed_months" AFTER UPDATE ON "services" FOR EACH ROW WHEN (OLD."archived_at" IS DISTINCT FROM NEW."archived_at") EXECUTE FUNCTION "forget_all_months"();
--> statement-breakpoint
CREATE TRIGGER "checks_changed_months" AFTER INSERT OR UPDATE ON "checks" FOR EACH ROW EXECUTE FUNCTION "forget_all_months"();
--> statement-breakpoint
CREATE TRIGGER "check_revisions_changed_months" AFTER INSERT OR UPDATE ON "check_revisions" FOR EACH ROW EXECUTE FUNCTION "forget_all_months"();
--> statement-breakpoint
-- A correction counts once it is approved, and no longer once it is revoked.
CREATE FUNCTION "forget_months_of_corrections"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "forget_months"("service_id", "start") FROM "corrections" WHERE "reference" = NEW."reference";
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "proposal_steps_months" AFTER INSERT ON "proposal_steps" FOR EACH ROW EXECUTE FUNCTION "forget_months_of_corrections"();
