CREATE TABLE "alert_tellings" (
	"alert_id" integer NOT NULL,
	"event" text NOT NULL,
	"channel" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" bigint NOT NULL,
	"failure" text,
	"told_at" bigint,
	CONSTRAINT "alert_tellings_alert_id_event_channel_pk" PRIMARY KEY("alert_id","event","channel")
);
--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD CONSTRAINT "alert_tellings_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_tellings_due" ON "alert_tellings" USING btree ("next_at") WHERE "alert_tellings"."told_at" is null;