import { expect, it } from "vitest";
import { auditText, changeText } from "../../../src/domain/audit/audit-chain.ts";

it("hashes an entry over every field, whatever the order they were written in", () => {
  const entry = {
    sequence: 2,
    kind: "correction" as const,
    subject: "COR-2026-0001",
    event: "approved" as const,
    author: "Bo",
    recordedAt: 5,
    content: changeText({ state: "proposed" }, { state: "approved" }),
    previous: "ab",
  };
  const { author, ...others } = entry;
  expect(auditText({ author, ...others })).toBe(auditText(entry));
  expect(auditText({ ...entry, author: "Ann" })).not.toBe(auditText(entry));
  expect(auditText({ ...entry, previous: null })).not.toBe(auditText(entry));
  expect(changeText(null, { b: 1, a: 2 })).toBe('{"after":{"a":2,"b":1},"before":null}');
});
