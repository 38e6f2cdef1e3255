CREATE TABLE "batch_packs" (
	"probe_id" text NOT NULL,
	"first_sequence" bigint NOT NULL,
	"last_sequence" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"compressed" "bytea" NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"samples" integer NOT NULL,
	CONSTRAINT "batch_packs_probe_id_first_sequence_pk" PRIMARY KEY("probe_id","first_sequence")
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"probe_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"compressed" "bytea" NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"samples" integer NOT NULL,
	"received_at" bigint NOT NULL,
	CONSTRAINT "batches_probe_id_sequence_pk" PRIMARY KEY("probe_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "check_ins" (
	"check_id" integer PRIMARY KEY NOT NULL,
	"called_at" bigint NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_revisions" (
	"check_id" integer NOT NULL,
	"effective_at" bigint NOT NULL,
	"definition" jsonb NOT NULL,
	CONSTRAINT "check_revisions_check_id_effective_at_pk" PRIMARY KEY("check_id","effective_at")
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"check_id" integer NOT NULL,
	"day" bigint NOT NULL,
	"through" bigint NOT NULL,
	"state" jsonb NOT NULL,
	CONSTRAINT "checkpoints_check_id_day_pk" PRIMARY KEY("check_id","day")
);
--> statement-breakpoint
CREATE TABLE "checks" (
	"id" serial PRIMARY KEY NOT NULL,
	"service_id" integer NOT NULL,
	"slug" text NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"author" text NOT NULL,
	"key" text NOT NULL,
	"request_digest" "bytea" NOT NULL,
	"status" smallint NOT NULL,
	"response" text NOT NULL,
	"location" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "idempotency_keys_author_key_pk" PRIMARY KEY("author","key")
);
--> statement-breakpoint
CREATE TABLE "incident_services" (
	"incident_id" integer NOT NULL,
	"service_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint,
	"impact" text NOT NULL,
	CONSTRAINT "incident_services_incident_id_service_id_start_pk" PRIMARY KEY("incident_id","service_id","start")
);
--> statement-breakpoint
CREATE TABLE "incident_updates" (
	"id" serial PRIMARY KEY NOT NULL,
	"incident_id" integer NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"at" bigint NOT NULL,
	"author" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"title" text NOT NULL,
	"started_at" bigint NOT NULL,
	"declared_at" bigint NOT NULL,
	"resolved_at" bigint,
	CONSTRAINT "incidents_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "locations" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "locations_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "maintenance_services" (
	"window_id" integer NOT NULL,
	"service_id" integer NOT NULL,
	CONSTRAINT "maintenance_services_window_id_service_id_pk" PRIMARY KEY("window_id","service_id")
);
--> statement-breakpoint
CREATE TABLE "maintenance_updates" (
	"id" serial PRIMARY KEY NOT NULL,
	"window_id" integer NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"at" bigint NOT NULL,
	"author" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "maintenance_windows" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"title" text NOT NULL,
	"message" text NOT NULL,
	"state" text NOT NULL,
	"announced_at" bigint NOT NULL,
	"planned_start" bigint NOT NULL,
	"planned_end" bigint NOT NULL,
	"actual_start" bigint,
	"actual_end" bigint,
	"author" text NOT NULL,
	CONSTRAINT "maintenance_windows_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "outages" (
	"check_id" integer NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint,
	"last_fail_at" bigint NOT NULL,
	"last_ok_before_at" bigint,
	"first_ok_after_at" bigint,
	CONSTRAINT "outages_check_id_start_pk" PRIMARY KEY("check_id","start")
);
--> statement-breakpoint
CREATE TABLE "platforms" (
	"id" integer PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "platforms_single" CHECK ("platforms"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "probes" (
	"id" text PRIMARY KEY NOT NULL,
	"location_id" integer NOT NULL,
	"public_key" "bytea" NOT NULL,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "readings" (
	"check_id" integer NOT NULL,
	"at" bigint NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "readings_check_id_at_pk" PRIMARY KEY("check_id","at")
);
--> statement-breakpoint
CREATE TABLE "rollups" (
	"check_id" integer NOT NULL,
	"location_id" smallint NOT NULL,
	"seconds" integer NOT NULL,
	"start" bigint NOT NULL,
	"count" integer NOT NULL,
	"failures" integer NOT NULL,
	"p50_ms" real,
	"p95_ms" real,
	"p99_ms" real,
	"latency" text NOT NULL,
	CONSTRAINT "rollups_check_id_seconds_start_location_id_pk" PRIMARY KEY("check_id","seconds","start","location_id")
);
--> statement-breakpoint
CREATE TABLE "samples" (
	"check_id" integer NOT NULL,
	"location_id" smallint NOT NULL,
	"at" bigint NOT NULL,
	"outcome" smallint NOT NULL,
	"lookup_ms" real,
	"connect_ms" real,
	"tls_ms" real,
	"first_byte_ms" real,
	"total_ms" real,
	"reason" text,
	"detail" text
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "service_groups" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"position" integer NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "service_groups_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "services" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"group_id" integer,
	"position" integer NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "services_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint,
	CONSTRAINT "tokens_name_unique" UNIQUE("name"),
	CONSTRAINT "tokens_digest_unique" UNIQUE("digest")
);
--> statement-breakpoint
ALTER TABLE "batch_packs" ADD CONSTRAINT "batch_packs_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_ins" ADD CONSTRAINT "check_ins_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_revisions" ADD CONSTRAINT "check_revisions_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checks" ADD CONSTRAINT "checks_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_services" ADD CONSTRAINT "incident_services_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_services" ADD CONSTRAINT "incident_services_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_updates" ADD CONSTRAINT "incident_updates_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "maintenance_services" ADD CONSTRAINT "maintenance_services_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "maintenance_services" ADD CONSTRAINT "maintenance_services_window_id_maintenance_windows_id_fk" FOREIGN KEY ("window_id") REFERENCES "public"."maintenance_windows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "maintenance_updates" ADD CONSTRAINT "maintenance_updates_window_id_maintenance_windows_id_fk" FOREIGN KEY ("window_id") REFERENCES "public"."maintenance_windows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outages" ADD CONSTRAINT "outages_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probes" ADD CONSTRAINT "probes_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "readings" ADD CONSTRAINT "readings_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_group_id_service_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."service_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_packs_last_at" ON "batch_packs" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "batches_last_at" ON "batches" USING btree ("last_at");--> statement-breakpoint
CREATE UNIQUE INDEX "checks_service_slug" ON "checks" USING btree ("service_id","slug");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "incident_updates_incident" ON "incident_updates" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "maintenance_updates_window" ON "maintenance_updates" USING btree ("window_id");--> statement-breakpoint
CREATE INDEX "samples_check_at" ON "samples" USING btree ("check_id","at");--> statement-breakpoint
ALTER TABLE "batches" ALTER COLUMN "compressed" SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE "batch_packs" ALTER COLUMN "compressed" SET STORAGE EXTERNAL;
