import { describe, expect, it } from "vitest";
import { databaseTrouble } from "../../src/store/database-away.ts";

const failed = (message: string, code?: string) =>
  new Error("Failed query: update check_leases", { cause: Object.assign(new Error(message), { code }) });

describe("a database that cannot serve", () => {
  it.each([
    ["could not extend file: No space left on device", "53100", true],
    ['could not extend file "base/5/16815_fsm": File too large', "XX000", true],
    ["could not write to log file: I/O error", "58030", true],
    ["terminating connection due to administrator command", "57P01", false],
    ["connect refused", "ECONNREFUSED", false],
  ])("is told by what lies beneath the failed query: %s", (message, code, reads) => {
    expect(databaseTrouble(failed(message, code))).toMatchObject({ reads });
  });

  it("is told by words where the driver has no code", () => {
    expect(databaseTrouble(failed("Connection terminated unexpectedly"))).toMatchObject({ reads: false });
  });

  it("is not what a broken rule or a defect is", () => {
    expect(databaseTrouble(failed("duplicate key value violates unique constraint", "23505"))).toBeNull();
    expect(databaseTrouble(failed('the file "a" is File too large to read', "XX000"))).toBeNull();
    expect(databaseTrouble(undefined)).toBeNull();
  });
});
