DROP INDEX "subscriptions_address";--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "page" text DEFAULT 'public' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "way" jsonb DEFAULT '{"kind":"public"}'::jsonb NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_address" ON "subscriptions" USING btree ("page","channel","address") WHERE "subscriptions"."address" is not null and "subscriptions"."channel" <> 'webhook';--> statement-breakpoint
UPDATE "subscriptions" SET "way" = '{"kind":"entered"}'::jsonb WHERE "author" IS NOT NULL;
