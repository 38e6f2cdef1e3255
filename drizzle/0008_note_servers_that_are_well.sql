CREATE TABLE "servers" (
	"id" text PRIMARY KEY NOT NULL,
	"well_at" bigint NOT NULL
);
