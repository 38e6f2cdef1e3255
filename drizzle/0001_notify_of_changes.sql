-- Whoever changes people's words or the platform tells every server at once: NOTIFY, once a transaction.
CREATE FUNCTION "notify_fournines"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('fournines', TG_ARGV[0]);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "platforms_notify" AFTER INSERT OR UPDATE OR DELETE ON "platforms" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "locations_notify" AFTER INSERT OR UPDATE OR DELETE ON "locations" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "service_groups_notify" AFTER INSERT OR UPDATE OR DELETE ON "service_groups" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "services_notify" AFTER INSERT OR UPDATE OR DELETE ON "services" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "checks_notify" AFTER INSERT OR UPDATE OR DELETE ON "checks" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "check_revisions_notify" AFTER INSERT OR UPDATE OR DELETE ON "check_revisions" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('platform');
--> statement-breakpoint
CREATE TRIGGER "incidents_notify" AFTER INSERT OR UPDATE OR DELETE ON "incidents" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
CREATE TRIGGER "incident_updates_notify" AFTER INSERT OR UPDATE OR DELETE ON "incident_updates" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
CREATE TRIGGER "incident_services_notify" AFTER INSERT OR UPDATE OR DELETE ON "incident_services" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
CREATE TRIGGER "maintenance_windows_notify" AFTER INSERT OR UPDATE OR DELETE ON "maintenance_windows" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
CREATE TRIGGER "maintenance_updates_notify" AFTER INSERT OR UPDATE OR DELETE ON "maintenance_updates" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
--> statement-breakpoint
CREATE TRIGGER "maintenance_services_notify" AFTER INSERT OR UPDATE OR DELETE ON "maintenance_services" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
