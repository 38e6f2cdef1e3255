CREATE TABLE "location_silences" (
	"check_id" integer NOT NULL,
	"location" text NOT NULL,
	"start" bigint NOT NULL,
	"end" bigint NOT NULL,
	CONSTRAINT "location_silences_check_id_location_start_pk" PRIMARY KEY("check_id","location","start")
);
--> statement-breakpoint
ALTER TABLE "location_silences" ADD CONSTRAINT "location_silences_check_id_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."checks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "location_silences_check_end" ON "location_silences" USING btree ("check_id","end");