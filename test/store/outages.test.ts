import { expect, it } from "vitest";
import { listOutagesSince, putOutages } from "../../src/store/outages.ts";
import { eachDatabase } from "../support/databases.ts";
import { watch } from "../support/watched.ts";

eachDatabase("outages", (database) => {
  it("keep by how much their edges may be wrong, and say nothing of it where clocks were right", async () => {
    const checkId = await watch(database(), "beacon", {}, 0);
    const certain = { checkId, start: 10, end: 20, lastFailAt: 15, lastOkBeforeAt: 5, firstOkAfterAt: 20 };
    const uncertain = { ...certain, start: 40, end: null, firstOkAfterAt: null, uncertaintyMs: 59_999 };
    await putOutages(database(), [certain, uncertain]);
    expect(await listOutagesSince(database(), 0)).toEqual([certain, uncertain]);
    const { uncertaintyMs: _, ...corrected } = uncertain;
    await putOutages(database(), [corrected]);
    expect(await listOutagesSince(database(), 0)).toEqual([certain, corrected]);
  });
});
