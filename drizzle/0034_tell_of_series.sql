-- Every server tells the calendar of a series anew once somebody plans, changes or ends one.
CREATE TRIGGER "maintenance_series_notify" AFTER INSERT OR UPDATE OR DELETE ON "maintenance_series" FOR EACH STATEMENT EXECUTE FUNCTION "notify_fournines"('words');
