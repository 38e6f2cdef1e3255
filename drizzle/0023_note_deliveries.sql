CREATE TABLE "channel_attempts" (
	"id" serial PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"alert_id" integer,
	"event" text,
	"number" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint NOT NULL,
	"answer" text,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "channel_conditions" (
	"channel" text PRIMARY KEY NOT NULL,
	"taken_at" bigint,
	"failing_since" bigint,
	"failures" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"paused_until" bigint
);
--> statement-breakpoint
DROP INDEX "alert_tellings_due";--> statement-breakpoint
ALTER TABLE "alert_tellings" ADD COLUMN "given_up_at" bigint;--> statement-breakpoint
CREATE INDEX "channel_attempts_channel" ON "channel_attempts" USING btree ("channel","id");--> statement-breakpoint
CREATE INDEX "channel_attempts_ended" ON "channel_attempts" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "alert_tellings_due" ON "alert_tellings" USING btree ("next_at") WHERE "alert_tellings"."told_at" is null and "alert_tellings"."withdrawn_at" is null and "alert_tellings"."given_up_at" is null;