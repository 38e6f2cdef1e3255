ALTER TABLE "access_links" ADD COLUMN "returned_at" bigint;--> statement-breakpoint
ALTER TABLE "mailings" ADD COLUMN "returned_at" bigint;