CREATE TABLE "calendar_revisions" (
	"calendar_id" integer NOT NULL,
	"revision" integer NOT NULL,
	"recorded_at" bigint NOT NULL,
	"author" text NOT NULL,
	"definition" jsonb NOT NULL,
	"holiday_edition" text NOT NULL,
	CONSTRAINT "calendar_revisions_calendar_id_revision_pk" PRIMARY KEY("calendar_id","revision")
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "calendars_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "contract_versions" (
	"contract_id" integer NOT NULL,
	"effective_at" bigint NOT NULL,
	"revision" integer NOT NULL,
	"recorded_at" bigint NOT NULL,
	"author" text NOT NULL,
	"reason" text NOT NULL,
	"mid_cycle" boolean NOT NULL,
	"clauses" jsonb,
	"holiday_edition" text NOT NULL,
	CONSTRAINT "contract_versions_contract_id_effective_at_revision_pk" PRIMARY KEY("contract_id","effective_at","revision")
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"customer_id" integer NOT NULL,
	"particulars" jsonb NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "contracts_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"definition" jsonb NOT NULL,
	"managed_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "customers_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "calendar_revisions" ADD CONSTRAINT "calendar_revisions_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_versions" ADD CONSTRAINT "contract_versions_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contracts_customer" ON "contracts" USING btree ("customer_id");--> statement-breakpoint
CREATE TRIGGER "customers_notify" AFTER INSERT OR UPDATE OR DELETE ON "customers" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('contracts');--> statement-breakpoint
CREATE TRIGGER "calendars_notify" AFTER INSERT OR UPDATE OR DELETE ON "calendars" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('contracts');--> statement-breakpoint
CREATE TRIGGER "calendar_revisions_notify" AFTER INSERT OR UPDATE OR DELETE ON "calendar_revisions" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('contracts');--> statement-breakpoint
CREATE TRIGGER "contracts_notify" AFTER INSERT OR UPDATE OR DELETE ON "contracts" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('contracts');--> statement-breakpoint
CREATE TRIGGER "contract_versions_notify" AFTER INSERT OR UPDATE OR DELETE ON "contract_versions" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('contracts');
