ALTER TABLE "checkpoints" RENAME COLUMN "day" TO "start";
--> statement-breakpoint
ALTER TABLE "checkpoints" RENAME CONSTRAINT "checkpoints_check_id_day_pk" TO "checkpoints_check_id_start_pk";
