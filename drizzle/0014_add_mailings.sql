CREATE TABLE "mailing_attempts" (
	"mailing_id" text NOT NULL,
	"number" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"failure" text,
	CONSTRAINT "mailing_attempts_mailing_id_number_pk" PRIMARY KEY("mailing_id","number")
);
--> statement-breakpoint
CREATE TABLE "mailings" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"contract_id" integer,
	"label" text NOT NULL,
	"revision" integer NOT NULL,
	"recipient" text NOT NULL,
	"language" text NOT NULL,
	"link_id" text,
	"facts" jsonb,
	"created_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tried_since" bigint,
	"next_at" bigint NOT NULL,
	"failure" text,
	"sent_at" bigint,
	"failed_at" bigint,
	"withdrawn_at" bigint,
	CONSTRAINT "mailings_key_unique" UNIQUE("key")
);
--> statement-breakpoint
ALTER TABLE "mailing_attempts" ADD CONSTRAINT "mailing_attempts_mailing_id_mailings_id_fk" FOREIGN KEY ("mailing_id") REFERENCES "public"."mailings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailings" ADD CONSTRAINT "mailings_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailings" ADD CONSTRAINT "mailings_link_id_access_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."access_links"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mailings_waiting" ON "mailings" USING btree ("next_at") WHERE "mailings"."sent_at" is null and "mailings"."failed_at" is null and "mailings"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX "mailings_created" ON "mailings" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mailings_contract" ON "mailings" USING btree ("contract_id","label");