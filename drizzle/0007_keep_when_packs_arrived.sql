ALTER TABLE "batch_packs" ADD COLUMN "received_at" bigint;--> statement-breakpoint
-- Of packs made before this, no more is known than when their samples were taken.
UPDATE "batch_packs" SET "received_at" = "last_at";--> statement-breakpoint
ALTER TABLE "batch_packs" ALTER COLUMN "received_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "evidence_roots" ADD COLUMN "sent_to" jsonb;
