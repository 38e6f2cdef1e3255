import { beforeEach, expect, it } from "vitest";
import { openMonthClosings } from "../../src/live/month-closings.ts";
import { findClosing } from "../../src/store/closings.ts";
import type { Database } from "../../src/store/database.ts";
import { listReports } from "../../src/store/reports.ts";
import { agree, closablePlatform, forgetClosings, june, office, settled } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

const noKey = (): string => {
  throw new Error("no key");
};

eachDatabase("closings of months in the background", (database) => {
  let db: Database;
  const failures: unknown[] = [];
  const open = () =>
    openMonthClosings({ db, office, now: () => settled, failed: (error) => failures.push(error) });
  beforeEach(async () => {
    db = database();
    failures.length = 0;
    await forgetClosings(db);
    await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]");
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
  });

  it("go on without whoever began them, and say in the store how far they are", async () => {
    const closings = open();
    expect(await findClosing(db, june, settled)).toBeUndefined();
    await closings.begin(june, "Ann");
    expect(await findClosing(db, june, settled)).toMatchObject({ author: "Ann", finishedAt: null, total: 2 });
    await closings.settled();
    expect(await findClosing(db, june, settled)).toMatchObject({
      ...{ author: "Ann", finishedAt: settled, total: 2, closed: 2, waiting: 0 },
    });
    expect(closings.outcomeOf(june)).toEqual({ refused: [], broken: false });
    expect(await listReports(db)).toHaveLength(2);
  });

  it("are refused while another runs, by name", async () => {
    const [ann, bo] = [open(), open()];
    await ann.begin(june, "Ann");
    await expect(bo.begin(june, "Bo")).rejects.toThrow(/Ann has been closing all contracts/);
    await ann.settled();
    expect(bo.outcomeOf(june)).toBeUndefined();
  });

  it("tell a defect once, and that they broke off", async () => {
    const broken = openMonthClosings({
      ...{ db, now: () => settled, failed: (error: unknown) => failures.push(error) },
      office: { ...office, seal: { ...office.seal, sign: noKey } },
    });
    await broken.begin(june, "Ann");
    await broken.settled();
    expect(failures).toHaveLength(1);
    expect(broken.outcomeOf(june)).toEqual({ refused: [], broken: true });
    expect(await findClosing(db, june, settled)).toMatchObject({ finishedAt: settled, closed: 0 });
  });

  it("end with the report they are at when the server stops", async () => {
    const closings = open();
    await closings.begin(june, "Ann");
    await closings.stop();
    expect(await findClosing(db, june, settled)).toMatchObject({ finishedAt: settled });
    expect((await listReports(db)).length).toBeLessThan(2);
  });
});
