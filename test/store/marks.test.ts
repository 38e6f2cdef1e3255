import { beforeEach, expect, it } from "vitest";
import { insertStep } from "../../src/store/proposals.ts";
import type { Database } from "../../src/store/database.ts";
import { archiveAgreed } from "../../src/store/agreements.ts";
import { type Marks, readMarks } from "../../src/store/marks.ts";
import { agree, begun, closablePlatform, forgetClosings, settled } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

eachDatabase("marks of what is stored", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.9");
  });

  /** The marks that something changes. */
  const changedBy = async (act: () => Promise<unknown>) => {
    const before = await readMarks(db);
    await act();
    const after = await readMarks(db);
    return (Object.keys(before) as (keyof Marks)[]).filter((name) => before[name] !== after[name]);
  };

  it("stay as long as nothing is said or agreed", async () => {
    expect(await changedBy(async () => {})).toEqual([]);
  });

  it("change with what is agreed, also where a row only changes", async () => {
    expect(await changedBy(() => agree(db, "acme-silver", "target: 99"))).toEqual(["agreed"]);
    expect(await changedBy(() => archiveAgreed(db, "contract", ["acme-gold"], settled))).toEqual(["agreed"]);
  });

  it("change with what is said", async () => {
    const step = { step: "approved" as const, reason: "", author: "Bo", recordedAt: begun };
    expect(await changedBy(() => insertStep(db, "COR-2026-0001", step))).toEqual(["said"]);
  });
});
