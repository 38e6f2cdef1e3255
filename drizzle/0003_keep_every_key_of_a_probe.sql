INSERT INTO "probe_keys" ("probe_id", "from_sequence", "public_key", "endorsement", "created_at")
SELECT "id", 1, "public_key", NULL, "created_at" FROM "probes";
--> statement-breakpoint
ALTER TABLE "probes" DROP COLUMN "public_key";
