import { expect, it } from "vitest";
import { givenUpAfterMs, isGivenUp, mailingKey, mailingState } from "../../../src/domain/mailing/mailing.ts";

const report = {
  ...{ kind: "report" as const, contract: "acme-gold", label: "2026-06", revision: 1 },
  recipient: "It@acme.example",
};

it("the same report to the same address is the same mail, whatever the case of the address", () => {
  expect(mailingKey(report)).toBe("report acme-gold 2026-06 r1 it@acme.example");
  expect(mailingKey({ ...report, recipient: "IT@ACME.example" })).toBe(mailingKey(report));
});

it("another revision, month, contract or kind is another mail", () => {
  const keys = [
    report,
    { ...report, revision: 2 },
    { ...report, label: "2026-07" },
    { ...report, contract: "acme-silver" },
    { ...report, kind: "month_summary" as const, contract: null },
  ].map(mailingKey);
  expect(new Set(keys).size).toBe(5);
  expect(keys[4]).toBe("month_summary 2026-06 r1 it@acme.example");
});

it("waits until it was sent, given up or withdrawn; one that was sent may come back", () => {
  const none = { sentAt: null, returnedAt: null, failedAt: null, withdrawnAt: null };
  expect(
    [
      ...[none, { ...none, sentAt: 1 }, { ...none, failedAt: 1 }, { ...none, withdrawnAt: 1 }],
      ...[
        { ...none, sentAt: 1, returnedAt: 2 },
        { ...none, sentAt: 1, returnedAt: 2, withdrawnAt: 3 },
      ],
    ].map(mailingState),
  ).toEqual(["waiting", "sent", "failed", "withdrawn", "returned", "withdrawn"]);
});

it("is given up after five days of trying, and not a millisecond before", () => {
  expect(isGivenUp(0, givenUpAfterMs - 1)).toBe(false);
  expect(isGivenUp(0, givenUpAfterMs)).toBe(true);
});
