CREATE TABLE "reporters" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"mail" text,
	"created_at" bigint NOT NULL,
	"erased_at" bigint,
	CONSTRAINT "reporters_mail_unique" UNIQUE("mail")
);
--> statement-breakpoint
CREATE TABLE "request_steps" (
	"request_id" integer NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"author" text NOT NULL,
	"text" text NOT NULL,
	"value" text NOT NULL,
	"source_id" text,
	CONSTRAINT "request_steps_request_id_number_pk" PRIMARY KEY("request_id","number"),
	CONSTRAINT "request_steps_source_id_unique" UNIQUE("source_id")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"channel" text NOT NULL,
	"subject" text NOT NULL,
	"customer_id" integer,
	"contract_id" integer,
	"service_id" integer,
	"reporter_id" text,
	"language" text NOT NULL,
	"priority" text,
	"opened_at" bigint NOT NULL,
	"answered_at" bigint,
	"paused_at" bigint,
	"resolved_at" bigint,
	"incident_id" integer,
	"release" text,
	"source_id" text,
	CONSTRAINT "requests_reference_unique" UNIQUE("reference"),
	CONSTRAINT "requests_source_id_unique" UNIQUE("source_id")
);
--> statement-breakpoint
ALTER TABLE "request_steps" ADD CONSTRAINT "request_steps_request_id_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_reporter_id_reporters_id_fk" FOREIGN KEY ("reporter_id") REFERENCES "public"."reporters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "requests_open" ON "requests" USING btree ("opened_at") WHERE "requests"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "requests_contract" ON "requests" USING btree ("contract_id","opened_at");--> statement-breakpoint
CREATE INDEX "requests_customer" ON "requests" USING btree ("customer_id","opened_at");--> statement-breakpoint
CREATE INDEX "requests_incident" ON "requests" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "requests_reporter" ON "requests" USING btree ("reporter_id");