CREATE TABLE "announcements" (
	"id" serial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"subject" text NOT NULL,
	"reference" text NOT NULL,
	"event" text NOT NULL,
	"at" bigint NOT NULL,
	"service_slugs" jsonb NOT NULL,
	"spread_to" integer DEFAULT 0 NOT NULL,
	"spread_at" bigint,
	CONSTRAINT "announcements_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "subscription_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"subscription" integer NOT NULL,
	"kind" text NOT NULL,
	"created_at" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tried_since" bigint,
	"next_at" bigint NOT NULL,
	"failure" text,
	"sent_at" bigint,
	"failed_at" bigint,
	"withdrawn_at" bigint
);
--> statement-breakpoint
CREATE TABLE "subscription_notices" (
	"subscription" integer NOT NULL,
	"announcement_id" integer NOT NULL,
	"message_id" text NOT NULL,
	CONSTRAINT "subscription_notices_subscription_announcement_id_pk" PRIMARY KEY("subscription","announcement_id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"serial" serial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"secret" text,
	"scope" jsonb,
	"topics" jsonb NOT NULL,
	"pace" text NOT NULL,
	"language" text NOT NULL,
	"created_at" bigint NOT NULL,
	"asked_at" bigint,
	"asks" integer DEFAULT 0 NOT NULL,
	"confirmed_at" bigint,
	"suppressed_at" bigint,
	"ended_at" bigint,
	"refusals" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"last_told_at" bigint,
	"author" text,
	"consent" text,
	CONSTRAINT "subscriptions_id_unique" UNIQUE("id"),
	CONSTRAINT "subscriptions_forgotten" CHECK (("subscriptions"."ended_at" is null) = ("subscriptions"."address" is not null))
);
--> statement-breakpoint
ALTER TABLE "subscription_messages" ADD CONSTRAINT "subscription_messages_subscription_subscriptions_serial_fk" FOREIGN KEY ("subscription") REFERENCES "public"."subscriptions"("serial") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_notices" ADD CONSTRAINT "subscription_notices_subscription_subscriptions_serial_fk" FOREIGN KEY ("subscription") REFERENCES "public"."subscriptions"("serial") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_notices" ADD CONSTRAINT "subscription_notices_announcement_id_announcements_id_fk" FOREIGN KEY ("announcement_id") REFERENCES "public"."announcements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_notices" ADD CONSTRAINT "subscription_notices_message_id_subscription_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."subscription_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "announcements_unspread" ON "announcements" USING btree ("id") WHERE "announcements"."spread_at" is null;--> statement-breakpoint
CREATE INDEX "subscription_messages_waiting" ON "subscription_messages" USING btree ("next_at") WHERE "subscription_messages"."sent_at" is null and "subscription_messages"."failed_at" is null and "subscription_messages"."withdrawn_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_messages_open" ON "subscription_messages" USING btree ("subscription") WHERE "subscription_messages"."kind" = 'news' and "subscription_messages"."attempts" = 0 and "subscription_messages"."sent_at" is null and "subscription_messages"."failed_at" is null and "subscription_messages"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX "subscription_messages_subscription" ON "subscription_messages" USING btree ("subscription","created_at");--> statement-breakpoint
CREATE INDEX "subscription_notices_message" ON "subscription_notices" USING btree ("message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_address" ON "subscriptions" USING btree ("channel","address") WHERE "subscriptions"."address" is not null and "subscriptions"."channel" <> 'webhook';--> statement-breakpoint
CREATE INDEX "subscriptions_active" ON "subscriptions" USING btree ("serial") WHERE "subscriptions"."confirmed_at" is not null and "subscriptions"."ended_at" is null and "subscriptions"."suppressed_at" is null;