import { expect, it } from "vitest";
import { alertKey } from "../../../src/domain/alerting/alert.ts";
import { troublesOfSupport } from "../../../src/domain/alerting/support-troubles.ts";

it("a request that nobody has answered, a time that is nearly over and an escalation are each a trouble of its own", () => {
  const troubles = troublesOfSupport({
    unanswered: [{ reference: "REQ-2026-0001", customer: "acme", openedAt: 10 }],
    hurried: [
      { about: "request", reference: "REQ-2026-0001", kind: "response", dueAt: 50 },
      { about: "incident", reference: "INC-2026-0001", kind: "resolution", dueAt: null },
    ],
    escalated: [{ reference: "REQ-2026-0001", to: "Management", at: 40 }],
  });
  expect(troubles.map(alertKey)).toEqual([
    "request_opened REQ-2026-0001",
    "response_due REQ-2026-0001 response",
    "response_due INC-2026-0001 resolution",
    "request_escalated REQ-2026-0001 Management",
  ]);
  expect(troubles.map(({ facts }) => facts.since ?? facts.due)).toEqual([10, 50, null, 40]);
  expect(troublesOfSupport({ unanswered: [], hurried: [], escalated: [] })).toEqual([]);
});
