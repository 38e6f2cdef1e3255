CREATE TABLE "brand_files" (
	"digest" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"content" "bytea" NOT NULL
);
