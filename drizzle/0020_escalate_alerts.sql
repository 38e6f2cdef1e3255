CREATE TABLE "alert_events" (
	"id" serial PRIMARY KEY NOT NULL,
	"alert_id" integer NOT NULL,
	"event" text NOT NULL,
	"at" bigint NOT NULL,
	"author" text,
	"facts" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_rules" (
	"id" integer PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "alert_rules_single" CHECK ("alert_rules"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "alert_silences" (
	"id" serial PRIMARY KEY NOT NULL,
	"services" jsonb NOT NULL,
	"groups" jsonb NOT NULL,
	"kinds" jsonb NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"reason" text NOT NULL,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"lifted_by" text,
	"lifted_at" bigint
);
--> statement-breakpoint
CREATE TABLE "rota_overrides" (
	"id" serial PRIMARY KEY NOT NULL,
	"rota" text NOT NULL,
	"person" text NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"withdrawn_by" text,
	"withdrawn_at" bigint
);
--> statement-breakpoint
DROP INDEX "alert_tellings_due";
--> statement-breakpoint
ALTER TABLE "alert_tellings" DROP CONSTRAINT "alert_tellings_alert_id_event_channel_pk";
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "step" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "target" text;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "person" text;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "due_at" bigint;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "withdrawn_at" bigint;
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD CONSTRAINT "alert_tellings_alert_id_event_channel_round_step_pk" PRIMARY KEY("alert_id","event","channel","round","step");
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "severity" text DEFAULT 'critical' NOT NULL;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "over_at" bigint;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "member_of" integer;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "muted_by" text;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "flapping_since" bigint;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "calling_since" bigint;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "route" text;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "acknowledged_by" text;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "acknowledged_at" bigint;
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "acknowledged_until" bigint;
--> statement-breakpoint
ALTER TABLE "alert_events" ADD CONSTRAINT "alert_events_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "rota_overrides" ADD CONSTRAINT "rota_overrides_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "alert_events_alert" ON "alert_events" USING btree ("alert_id","id");
--> statement-breakpoint
CREATE INDEX "alert_silences_end" ON "alert_silences" USING btree ("end");
--> statement-breakpoint
CREATE INDEX "rota_overrides_end" ON "rota_overrides" USING btree ("rota","end");
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_member_of_alerts_id_fk" FOREIGN KEY ("member_of") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "alerts_not_over" ON "alerts" USING btree ("id") WHERE "alerts"."over_at" is null;
--> statement-breakpoint
CREATE INDEX "alerts_members" ON "alerts" USING btree ("member_of");
--> statement-breakpoint
CREATE INDEX "alerts_key" ON "alerts" USING btree ("key","opened_at");
--> statement-breakpoint
CREATE INDEX "alert_tellings_due" ON "alert_tellings" USING btree ("next_at") WHERE "alert_tellings"."told_at" is null and "alert_tellings"."withdrawn_at" is null;
--> statement-breakpoint
UPDATE "alerts" SET "over_at" = "closed_at", "calling_since" = CASE WHEN "held_back_by" IS NULL THEN "opened_at" END;
--> statement-breakpoint
UPDATE "alerts" SET "severity" = 'warning' WHERE "kind" <> 'service_down';
