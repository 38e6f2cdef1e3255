/** Rules of alerts as a platform file would have put them, on a platform that has nothing else. */
import type { AlertRules } from "../../src/domain/alerting/alert-rules.ts";
import type { Database } from "../../src/store/database.ts";
import { findSettings } from "../../src/live/board-words.ts";
import { putSettings } from "../../src/store/platforms.ts";

const bare = {
  ...{ name: "Acme", address: null, timeZone: "UTC", languages: ["en"] },
  commitment: { targetPercent: "99.99", anchorDay: 1 },
};

export async function putRules(db: Database, alertRules: AlertRules): Promise<void> {
  await putSettings(db, { ...((await findSettings(db)) ?? bare), alertRules }, "file", 0);
}
