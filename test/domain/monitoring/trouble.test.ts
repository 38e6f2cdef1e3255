import { expect, it } from "vitest";
import { failureReasons } from "../../../probes/protocol.ts";
import { troubleInWords } from "../../../src/domain/monitoring/trouble.ts";

it.each(failureReasons)("has plain words for %s, without its code name", (reason) => {
  expect(troubleInWords(reason, null)).toMatch(/^[a-z ]+$/);
});

it("keeps to itself what may repeat an answer or an expectation", () => {
  expect(troubleInWords("unexpected_body", '$.token is "s3cret"')).toBe("the content was not as expected");
});

it("adds what the probe saw where it is a number", () => {
  expect(troubleInWords("unexpected_status", "503")).toBe("an unexpected status was answered (503)");
});
