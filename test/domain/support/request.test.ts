import { describe, expect, it } from "vitest";
import { Conflict, InvalidInput } from "../../../src/domain/errors.ts";
import {
  changeRequest,
  clockHistoryOf,
  type RequestChange,
  reportFaults,
  requestState,
  subjectLimit,
  type SupportRequest,
  wordsFaults,
} from "../../../src/domain/support/request.ts";

const opened: SupportRequest = {
  ...{ reference: "REQ-2026-0001", channel: "mail", subject: "Cannot sign in", customer: "acme" },
  ...{ contract: "acme-gold", service: null, reporter: "r_a", language: "en", priority: "normal" },
  ...{ openedAt: 1_000, answeredAt: null, pausedAt: null, resolvedAt: null, incident: null, release: null },
  steps: [{ number: 1, kind: "opened", at: 1_000, author: "r_a", text: "Since noon.", value: "normal" }],
};
const after = (...changes: [at: number, change: RequestChange][]) =>
  changes.reduce((request, [at, change]) => changeRequest(request, change, "p_1", at), opened);
const answered = (text: string, more: object = {}): RequestChange => ({ kind: "answered", text, ...more });

describe("a request", () => {
  it("is new, open, waiting or solved", () => {
    expect(requestState(opened)).toBe("new");
    expect(requestState(after([2_000, answered("Looking.")]))).toBe("open");
    const waiting = after([2_000, answered("Which browser?", { thenWaits: true })]);
    expect(requestState(waiting)).toBe("waiting");
    expect(waiting.steps.map(({ kind, at }) => [kind, at])).toEqual([
      ["opened", 1_000],
      ["answered", 2_000],
      ["paused", 2_000],
    ]);
    expect(requestState(after([2_000, answered("Done.", { isSolved: true })]))).toBe("resolved");
  });

  it("keeps its first answer", () => {
    expect(after([2_000, answered("One.")], [3_000, answered("Two.")]).answeredAt).toBe(2_000);
  });

  it("runs again by itself when the customer writes, and opens again", () => {
    const heard: [number, RequestChange] = [5_000, { kind: "heard", text: "Firefox." }];
    const resumed = after([2_000, answered("Which?", { thenWaits: true })], heard);
    expect([requestState(resumed), resumed.steps.at(-1)!.kind]).toEqual(["open", "resumed"]);
    const reopened = after([2_000, { kind: "resolved", text: "" }], heard);
    expect([requestState(reopened), reopened.steps.at(-1)!.kind]).toEqual(["new", "reopened"]);
  });

  it("never goes back in time, though another server's clock be behind", () => {
    expect(after([500, { kind: "noted", text: "Hm." }]).steps.at(-1)!.at).toBe(1_000);
  });

  it("is assigned with the priority that its contract begins with", () => {
    const assigned = after([
      2_000,
      { kind: "assigned", customer: "beta", contract: "beta-1", priority: "high" },
    ]);
    expect(assigned).toMatchObject({ customer: "beta", contract: "beta-1", priority: "high" });
    expect(assigned.steps.map(({ kind, value }) => [kind, value]).slice(1)).toEqual([
      ["assigned", "beta / beta-1"],
      ["prioritised", "high"],
    ]);
  });

  it.each<[RequestChange, string]>([
    [{ kind: "reopened", text: "" }, "request_not_resolved"],
    [{ kind: "resumed", text: "" }, "request_not_paused"],
    [{ kind: "unlinked" }, "request_not_linked"],
  ])("refuses what is out of place: %j", (change, code) => {
    expect(() => after([2_000, change])).toThrow(expect.objectContaining({ code }) as Conflict);
  });

  it("that is solved takes no priority and no pause", () => {
    for (const change of [
      { kind: "prioritised", priority: "high", text: "" },
      { kind: "paused", text: "" },
      { kind: "resolved", text: "" },
    ] as const) {
      expect(() => after([2_000, { kind: "resolved", text: "" }], [3_000, change])).toThrow(Conflict);
    }
  });

  it("refuses empty and endless words at their field", () => {
    expect(() => after([2_000, answered(" ")])).toThrow(
      expect.objectContaining({
        fields: [{ pointer: "/text", detail: "Words are needed." }],
      }) as InvalidInput,
    );
    expect(reportFaults({ subject: "", message: "" }).map(({ pointer }) => pointer)).toEqual([
      "/subject",
      "/message",
    ]);
    expect(reportFaults({ subject: "x".repeat(subjectLimit), message: "y" })).toEqual([]);
    expect(reportFaults({ subject: "x".repeat(subjectLimit + 1), message: "a\u202eb" })).toHaveLength(2);
    expect(wordsFaults("", "/text", false)).toEqual([]);
  });
});

describe("the history of its clocks", () => {
  it("holds pauses, and the time between a solution and its being opened again", () => {
    const request = after(
      [2_000, { kind: "paused", text: "" }],
      [3_000, { kind: "resumed", text: "" }],
      [4_000, { kind: "resolved", text: "" }],
      [6_000, { kind: "reopened", text: "" }],
    );
    expect(clockHistoryOf(request)).toEqual({
      openedAt: 1_000,
      priorities: [{ at: 1_000, priority: "normal" }],
      pauses: [
        { start: 2_000, end: 3_000 },
        { start: 4_000, end: 6_000 },
      ],
      answeredAt: null,
      resolvedAt: null,
    });
  });

  it("that was solved while it waited stood still until then", () => {
    const request = after([2_000, { kind: "paused", text: "" }], [4_000, { kind: "resolved", text: "" }]);
    expect(clockHistoryOf(request)).toMatchObject({
      pauses: [{ start: 2_000, end: 4_000 }],
      resolvedAt: 4_000,
    });
  });

  it("holds every priority", () => {
    const request = after([2_000, { kind: "prioritised", priority: "high", text: "All of us." }]);
    expect(clockHistoryOf(request).priorities).toEqual([
      { at: 1_000, priority: "normal" },
      { at: 2_000, priority: "high" },
    ]);
  });
});
