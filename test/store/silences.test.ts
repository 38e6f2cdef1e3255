import { expect, it } from "vitest";
import {
  dropSilences,
  dropSilencesBetween,
  listSilencesSince,
  putSilences,
} from "../../src/store/silences.ts";
import { eachDatabase } from "../support/databases.ts";
import { watch } from "../support/watched.ts";

eachDatabase("silences", (database) => {
  it("are known by check, location and start, and are taken back by where they ended", async () => {
    const db = database();
    const checkId = await watch(db, "beacon", {}, 0);
    const lisbon = { checkId, location: "lisbon", start: 10, end: 40 };
    const osaka = { checkId, location: "osaka", start: 10, end: 60 };
    const later = { checkId, location: "lisbon", start: 50, end: 90 };
    await putSilences(db, [lisbon, osaka, later]);
    expect(await listSilencesSince(db, 0)).toEqual([lisbon, osaka, later]);
    expect(await listSilencesSince(db, 40, [checkId])).toEqual([osaka, later]);
    await putSilences(db, [{ ...osaka, end: 55 }]);
    await dropSilences(db, [lisbon, { checkId, location: "osaka", start: 50 }]);
    expect(await listSilencesSince(db, 0)).toEqual([{ ...osaka, end: 55 }, later]);
    await dropSilencesBetween(db, checkId, 55, 90);
    expect(await listSilencesSince(db, 0)).toEqual([{ ...osaka, end: 55 }]);
  });
});
