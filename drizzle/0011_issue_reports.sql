CREATE TABLE "audit_entries" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"event" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL,
	"content" text NOT NULL,
	"previous" "bytea",
	"digest" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "closings" (
	"id" serial PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"contract_id" integer,
	"author" text NOT NULL,
	"until" bigint NOT NULL,
	"started_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL,
	"finished_at" bigint,
	"total" integer NOT NULL,
	"closed" integer NOT NULL,
	"waiting" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "corrections" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"service_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"evidence" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL,
	CONSTRAINT "corrections_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "credit_entries" (
	"id" serial PRIMARY KEY NOT NULL,
	"contract_id" integer NOT NULL,
	"label" text NOT NULL,
	"revision" integer NOT NULL,
	"state" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"mode" text NOT NULL,
	"claim_until" bigint,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" serial PRIMARY KEY NOT NULL,
	"contract_id" integer NOT NULL,
	"label" text NOT NULL,
	"verdict" text NOT NULL,
	"percent" text,
	"low" text,
	"high" text,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exclusions" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"kind" text NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"services" jsonb NOT NULL,
	"contract_id" integer,
	"reason" text NOT NULL,
	"evidence" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL,
	CONSTRAINT "exclusions_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "explanations" (
	"id" serial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"service_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"incident" text,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "late_changes" (
	"id" serial PRIMARY KEY NOT NULL,
	"service_id" integer,
	"from_at" bigint NOT NULL,
	"cause" text NOT NULL,
	"subject" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "proposal_steps" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"step" text NOT NULL,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"contract_id" integer NOT NULL,
	"label" text NOT NULL,
	"revision" integer NOT NULL,
	"cycle_start" bigint NOT NULL,
	"cycle_end" bigint NOT NULL,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"approver" text,
	"issued_at" bigint NOT NULL,
	"percent" text,
	"verdict" text NOT NULL,
	"credit_minor" bigint,
	"currency" text,
	"report" "bytea" NOT NULL,
	"inputs" "bytea" NOT NULL,
	"facts_digest" "bytea" NOT NULL,
	"sha256" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"public_key" "bytea" NOT NULL,
	CONSTRAINT "reports_contract_id_label_revision_pk" PRIMARY KEY("contract_id","label","revision")
);
--> statement-breakpoint
CREATE TABLE "revision_proposals" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"contract_id" integer NOT NULL,
	"label" text NOT NULL,
	"supersedes" integer NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL,
	CONSTRAINT "revision_proposals_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
ALTER TABLE "closings" ADD CONSTRAINT "closings_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "corrections" ADD CONSTRAINT "corrections_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exclusions" ADD CONSTRAINT "exclusions_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "explanations" ADD CONSTRAINT "explanations_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revision_proposals" ADD CONSTRAINT "revision_proposals_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("subject");--> statement-breakpoint
CREATE UNIQUE INDEX "closings_open" ON "closings" USING btree ("label",coalesce("contract_id", 0)) WHERE "closings"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "corrections_service" ON "corrections" USING btree ("service_id","end");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_entries_once" ON "credit_entries" USING btree ("contract_id","label","revision","state");--> statement-breakpoint
CREATE INDEX "decisions_cycle" ON "decisions" USING btree ("contract_id","label");--> statement-breakpoint
CREATE INDEX "explanations_service" ON "explanations" USING btree ("service_id","start");--> statement-breakpoint
CREATE UNIQUE INDEX "proposal_steps_once" ON "proposal_steps" USING btree ("reference","step");--> statement-breakpoint
CREATE INDEX "reports_cycle_end" ON "reports" USING btree ("cycle_end");--> statement-breakpoint
CREATE INDEX "revision_proposals_cycle" ON "revision_proposals" USING btree ("contract_id","label");--> statement-breakpoint
-- What was recorded stays as it was recorded, whoever asks.
CREATE FUNCTION "refuse_rewriting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_entries_kept" BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "corrections_kept" BEFORE UPDATE OR DELETE ON "corrections" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "exclusions_kept" BEFORE UPDATE OR DELETE ON "exclusions" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "proposal_steps_kept" BEFORE UPDATE OR DELETE ON "proposal_steps" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "explanations_kept" BEFORE UPDATE OR DELETE ON "explanations" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "decisions_kept" BEFORE UPDATE OR DELETE ON "decisions" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "reports_kept" BEFORE UPDATE OR DELETE ON "reports" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "revision_proposals_kept" BEFORE UPDATE OR DELETE ON "revision_proposals" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
CREATE TRIGGER "credit_entries_kept" BEFORE UPDATE OR DELETE ON "credit_entries" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting"();
--> statement-breakpoint
-- Corrections show on the page as soon as they are approved or revoked.
CREATE TRIGGER "proposal_steps_notify" AFTER INSERT ON "proposal_steps" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
-- Whatever is derived anew before the end of a cycle that is closed, or is being closed, is noted with it: nobody has to remember to.
CREATE FUNCTION "note_late_readings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "late_changes" ("service_id", "from_at", "cause", "subject")
  SELECT "checks"."service_id", min(changed."at"), 'late_evidence', ''
  FROM changed JOIN "checks" ON "checks"."id" = changed."check_id"
  WHERE changed."at" < greatest(
    (SELECT max("cycle_end") FROM "reports"),
    (SELECT max("until") FROM "closings" WHERE "finished_at" IS NULL)
  )
  GROUP BY "checks"."service_id";
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "note_late_outages"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "late_changes" ("service_id", "from_at", "cause", "subject")
  SELECT "checks"."service_id", min(changed."start"), 'late_evidence', ''
  FROM changed JOIN "checks" ON "checks"."id" = changed."check_id"
  WHERE changed."start" < greatest(
    (SELECT max("cycle_end") FROM "reports"),
    (SELECT max("until") FROM "closings" WHERE "finished_at" IS NULL)
  )
  GROUP BY "checks"."service_id";
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "readings_added_late" AFTER INSERT ON "readings" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_readings"();
--> statement-breakpoint
CREATE TRIGGER "readings_changed_late" AFTER UPDATE ON "readings" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_readings"();
--> statement-breakpoint
CREATE TRIGGER "readings_dropped_late" AFTER DELETE ON "readings" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_readings"();
--> statement-breakpoint
CREATE TRIGGER "outages_added_late" AFTER INSERT ON "outages" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_outages"();
--> statement-breakpoint
CREATE TRIGGER "outages_changed_late" AFTER UPDATE ON "outages" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_outages"();
--> statement-breakpoint
CREATE TRIGGER "outages_dropped_late" AFTER DELETE ON "outages" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "note_late_outages"();
