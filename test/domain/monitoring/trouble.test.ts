import { expect, it } from "vitest";
import { failureReasons } from "../../../probes/protocol.ts";
import { troubleInWords } from "../../../src/domain/monitoring/trouble.ts";

it.each(failureReasons)("has plain words for %s, without its code name", (reason) => {
  expect(troubleInWords(reason, null)).toMatch(/^[a-z ]+$/);
});

it("adds what the probe saw", () => {
  expect(troubleInWords("unexpected_status", "503")).toBe("an unexpected status was answered (503)");
});
