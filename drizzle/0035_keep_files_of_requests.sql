CREATE TABLE "request_files" (
	"request_id" integer NOT NULL,
	"number" integer NOT NULL,
	"step" integer NOT NULL,
	"name" text NOT NULL,
	"bytes" integer NOT NULL,
	"refusal" text,
	"content" "bytea",
	CONSTRAINT "request_files_request_id_number_pk" PRIMARY KEY("request_id","number")
);
--> statement-breakpoint
ALTER TABLE "request_files" ADD CONSTRAINT "request_files_request_id_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."requests"("id") ON DELETE no action ON UPDATE no action;