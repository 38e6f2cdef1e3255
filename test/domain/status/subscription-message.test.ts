import { expect, it } from "vitest";
import { isMessageGivenUp, messageState } from "../../../src/domain/status/subscription-message.ts";

it.each([
  ["waiting", {}],
  ["sent", { sentAt: 1 }],
  ["failed", { failedAt: 1 }],
  ["withdrawn", { withdrawnAt: 1 }],
] as const)("a message is %s", (state, given) => {
  expect(messageState({ sentAt: null, failedAt: null, withdrawnAt: null, ...given })).toBe(state);
});

it("a message is tried for two days", () => {
  const twoDaysMs = 2 * 86_400_000;
  expect(isMessageGivenUp(0, twoDaysMs - 1)).toBe(false);
  expect(isMessageGivenUp(0, twoDaysMs)).toBe(true);
});
