ALTER TABLE "subscription_messages" ADD COLUMN "returned_at" bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "suppression" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "soft_returns" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
UPDATE "subscriptions" SET "suppression" = 'refused' WHERE "suppressed_at" IS NOT NULL;