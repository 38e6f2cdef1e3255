ALTER TABLE "mailings" ADD COLUMN "returned" jsonb;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "returned" jsonb;--> statement-breakpoint
UPDATE "mailings" SET "returned" = jsonb_build_object('kind', 'undelivered', 'status', substring("failure" from '\((.+)\)$')), "failure" = NULL WHERE "failure" LIKE 'it came back (%)';--> statement-breakpoint
UPDATE "mailings" SET "returned" = '{"kind":"complaint"}', "failure" = NULL WHERE "failure" = 'whoever got it complained of it';--> statement-breakpoint
UPDATE "subscriptions" SET "returned" = jsonb_build_object('kind', 'undelivered', 'status', substring("failure" from '\((.+)\)$')), "failure" = NULL WHERE "failure" LIKE 'it came back (%)';--> statement-breakpoint
UPDATE "subscriptions" SET "returned" = '{"kind":"complaint"}', "failure" = NULL WHERE "suppression" = 'complained';
