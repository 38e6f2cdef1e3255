CREATE TABLE "page_links" (
	"id" text PRIMARY KEY NOT NULL,
	"page" text NOT NULL,
	"name" text NOT NULL,
	"opens" text NOT NULL,
	"author" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "page_passwords" (
	"page" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"set_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "page_links_page" ON "page_links" USING btree ("page");--> statement-breakpoint
CREATE TRIGGER "page_links_notify" AFTER INSERT OR UPDATE OR DELETE ON "page_links" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');--> statement-breakpoint
CREATE TRIGGER "page_passwords_notify" AFTER INSERT OR UPDATE OR DELETE ON "page_passwords" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
