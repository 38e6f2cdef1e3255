CREATE TABLE "maintenance_series" (
	"id" serial PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"parts" jsonb NOT NULL,
	"ends_at" bigint,
	"reason" text,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "maintenance_series_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "window_judgements" (
	"id" serial PRIMARY KEY NOT NULL,
	"window_id" integer NOT NULL,
	"broken" jsonb NOT NULL,
	"reason" text,
	"author" text NOT NULL,
	"recorded_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "maintenance_windows" ADD COLUMN "series_id" integer;--> statement-breakpoint
ALTER TABLE "maintenance_windows" ADD COLUMN "occurrence" text;--> statement-breakpoint
ALTER TABLE "window_judgements" ADD CONSTRAINT "window_judgements_window_id_maintenance_windows_id_fk" FOREIGN KEY ("window_id") REFERENCES "public"."maintenance_windows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "window_judgements_window" ON "window_judgements" USING btree ("window_id");--> statement-breakpoint
ALTER TABLE "maintenance_windows" ADD CONSTRAINT "maintenance_windows_series_id_maintenance_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "public"."maintenance_series"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "maintenance_windows_occurrence" ON "maintenance_windows" USING btree ("series_id","occurrence");--> statement-breakpoint
CREATE INDEX "maintenance_windows_planned" ON "maintenance_windows" USING btree ("planned_start");