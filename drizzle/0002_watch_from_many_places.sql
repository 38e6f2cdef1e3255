CREATE TABLE "alerts" (
	"id" serial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"facts" jsonb NOT NULL,
	"opened_at" bigint NOT NULL,
	"closed_at" bigint,
	"held_back_by" text,
	"opening_told_at" bigint,
	"closing_told_at" bigint
);
--> statement-breakpoint
CREATE TABLE "check_leases" (
	"location_id" integer NOT NULL,
	"kind" text NOT NULL,
	"slot" smallint NOT NULL,
	"probe_id" text NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "check_leases_location_id_kind_slot_pk" PRIMARY KEY("location_id","kind","slot")
);
--> statement-breakpoint
CREATE TABLE "evidence_roots" (
	"day" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"previous" "bytea",
	"statement" text NOT NULL,
	"created_at" bigint NOT NULL,
	"timestamp_token" "bytea",
	"sent_at" bigint
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"term" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "probe_invitations" (
	"id" serial PRIMARY KEY NOT NULL,
	"location_id" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"probe_id" text,
	CONSTRAINT "probe_invitations_digest_unique" UNIQUE("digest")
);
--> statement-breakpoint
CREATE TABLE "probe_keys" (
	"probe_id" text NOT NULL,
	"from_sequence" bigint NOT NULL,
	"public_key" "bytea" NOT NULL,
	"endorsement" "bytea",
	"created_at" bigint NOT NULL,
	CONSTRAINT "probe_keys_probe_id_from_sequence_pk" PRIMARY KEY("probe_id","from_sequence")
);
--> statement-breakpoint
CREATE TABLE "reopenings" (
	"check_id" integer PRIMARY KEY NOT NULL,
	"from_at" bigint NOT NULL,
	"through_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "underived_batches" (
	"probe_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	CONSTRAINT "underived_batches_probe_id_sequence_pk" PRIMARY KEY("probe_id","sequence")
);
--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "self_check" jsonb;--> statement-breakpoint
ALTER TABLE "outages" ADD COLUMN "uncertainty_ms" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "engine" text DEFAULT 'server' NOT NULL;--> statement-breakpoint
ALTER TABLE "probes" ALTER COLUMN "engine" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "kinds" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "probes" ALTER COLUMN "kinds" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "revoked_reason" text;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "seen_at" bigint;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "state" jsonb;--> statement-breakpoint
ALTER TABLE "probes" ADD COLUMN "skew_ms" bigint;--> statement-breakpoint
ALTER TABLE "samples" ADD COLUMN "uncertainty_ms" integer;--> statement-breakpoint
ALTER TABLE "check_leases" ADD CONSTRAINT "check_leases_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_leases" ADD CONSTRAINT "check_leases_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probe_invitations" ADD CONSTRAINT "probe_invitations_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probe_invitations" ADD CONSTRAINT "probe_invitations_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probe_keys" ADD CONSTRAINT "probe_keys_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reopenings" ADD CONSTRAINT "reopenings_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "underived_batches" ADD CONSTRAINT "underived_batches_probe_id_sequence_batches_probe_id_sequence_fk" FOREIGN KEY ("probe_id","sequence") REFERENCES "public"."batches"("probe_id","sequence") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("key") WHERE "alerts"."closed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "probe_keys_public_key" ON "probe_keys" USING btree ("public_key");--> statement-breakpoint
-- A job's call is heard by one server and told by the probe that asks the check, which may stand with another.
CREATE TRIGGER "check_ins_notify" AFTER INSERT OR UPDATE ON "check_ins" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('check-ins');
