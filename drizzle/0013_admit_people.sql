CREATE TABLE "audit_origins" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"agent" text NOT NULL,
	"request_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passwords" (
	"person_id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"customer_id" integer,
	"name" text,
	"mail" text,
	"language" text,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"joined_at" bigint,
	"deactivated_at" bigint,
	"erased_at" bigint,
	CONSTRAINT "people_mail_unique" UNIQUE("mail"),
	CONSTRAINT "people_customer" CHECK (("people"."role" = 'customer') = ("people"."customer_id" is not null))
);
--> statement-breakpoint
ALTER TABLE "access_links" DROP CONSTRAINT "access_links_one_holder";--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_one_holder";--> statement-breakpoint
ALTER TABLE "access_links" ADD COLUMN "person_id" text;--> statement-breakpoint
ALTER TABLE "access_links" ADD COLUMN "purpose" text DEFAULT 'sign-in' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "person_id" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "address" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "agent" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "scopes" jsonb;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "person_id" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "author" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "expires_at" bigint;--> statement-breakpoint
ALTER TABLE "audit_origins" ADD CONSTRAINT "audit_origins_sequence_audit_entries_sequence_fk" FOREIGN KEY ("sequence") REFERENCES "public"."audit_entries"("sequence") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_links" ADD CONSTRAINT "access_links_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_links_person" ON "access_links" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "audit_entries_author" ON "audit_entries" USING btree ("author","sequence");--> statement-breakpoint
CREATE INDEX "audit_entries_kind" ON "audit_entries" USING btree ("kind","sequence");--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person_id");--> statement-breakpoint
ALTER TABLE "access_links" ADD CONSTRAINT "access_links_one_holder" CHECK (num_nonnulls("access_links"."token_id", "access_links"."customer_id", "access_links"."person_id") = 1);--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_one_holder" CHECK (num_nonnulls("sessions"."token_id", "sessions"."customer_id", "sessions"."person_id") = 1);