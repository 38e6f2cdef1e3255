CREATE TABLE "incident_draft_services" (
	"draft_id" integer NOT NULL,
	"service_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint,
	CONSTRAINT "incident_draft_services_draft_id_service_id_start_pk" PRIMARY KEY("draft_id","service_id","start")
);
--> statement-breakpoint
CREATE TABLE "incident_drafts" (
	"id" serial PRIMARY KEY NOT NULL,
	"drafted_at" bigint NOT NULL,
	"over_at" bigint,
	"settled_at" bigint,
	"settled_by" text,
	"incident_id" integer
);
--> statement-breakpoint
CREATE TABLE "incident_postmortems" (
	"incident_id" integer PRIMARY KEY NOT NULL,
	"message" text NOT NULL,
	"language" text NOT NULL,
	"translations" jsonb NOT NULL,
	"author" text NOT NULL,
	"saved_at" bigint NOT NULL,
	"published_at" bigint
);
--> statement-breakpoint
ALTER TABLE "incident_updates" ADD COLUMN "language" text;--> statement-breakpoint
UPDATE "incident_updates" SET "language" = coalesce((SELECT "settings"->'languages'->>0 FROM "platforms"), 'en');--> statement-breakpoint
ALTER TABLE "incident_updates" ALTER COLUMN "language" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "incident_updates" ADD COLUMN "translations" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "incident_updates" ADD COLUMN "edited_at" bigint;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "language" text;--> statement-breakpoint
UPDATE "incidents" SET "language" = coalesce((SELECT "settings"->'languages'->>0 FROM "platforms"), 'en');--> statement-breakpoint
ALTER TABLE "incidents" ALTER COLUMN "language" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "titles" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "priority" text;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "merged_into_id" integer;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "merged_at" bigint;--> statement-breakpoint
ALTER TABLE "incident_draft_services" ADD CONSTRAINT "incident_draft_services_draft_id_incident_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."incident_drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_draft_services" ADD CONSTRAINT "incident_draft_services_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_drafts" ADD CONSTRAINT "incident_drafts_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_postmortems" ADD CONSTRAINT "incident_postmortems_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "incident_drafts_waiting" ON "incident_drafts" USING btree ("drafted_at") WHERE "incident_drafts"."settled_at" is null;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_merged_into_id_incidents_id_fk" FOREIGN KEY ("merged_into_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "incident_services_service" ON "incident_services" USING btree ("service_id");--> statement-breakpoint
CREATE INDEX "incidents_started" ON "incidents" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "incidents_merged" ON "incidents" USING btree ("merged_into_id");