/** What is judged of an answer, and the boundaries of it. Bodies and headers over the wire: cases.ts. */

import { describe, expect, it } from "vitest";
import { judgeExpiry, judgeLatency, judgeResponse, judgesBody } from "../../probes/expectations.ts";
import type { HttpResponse } from "../../probes/expectations.ts";
import type { HttpTarget, JsonExpectation, TlsTarget } from "../../probes/protocol.ts";
import { httpTarget } from "./cases.ts";

const response = (more: Partial<HttpResponse> = {}): HttpResponse => ({
  status: 200,
  header: (name) => ({ "content-type": "text/plain; charset=utf-8" })[name],
  text: "",
  ...more,
});

const judge = (target: Partial<HttpTarget>, more: Partial<HttpResponse> = {}) =>
  judgeResponse(httpTarget("http://beacon.test/", target), response(more));

describe("status", () => {
  it.each([
    [199, "fail"],
    [200, "ok"],
    [299, "ok"],
    [300, "fail"],
    [304, "ok"],
  ])("%i is %s for 200–299 and 304", (status, outcome) => {
    const expectStatus = [
      { from: 200, to: 299 },
      { from: 304, to: 304 },
    ];
    expect(judge({ expectStatus }, { status }).outcome).toBe(outcome);
  });

  it("the first thing that is wrong is the reason: status before headers before body", () => {
    const all = { expectText: ["x"], expectHeaders: [{ name: "X", matches: "." }] };
    expect(judge(all, { status: 500 }).reason).toBe("unexpected_status");
    expect(judge(all).reason).toBe("unexpected_header");
    expect(judge({ expectText: ["x"] }).reason).toBe("unexpected_body");
  });
});

describe("JSON", () => {
  const text = JSON.stringify({ a: null, b: [1, 2], c: { d: "yes" }, e: 0 });
  it.each<[string, JsonExpectation, string]>([
    ["null equals null", { path: "$.a", equals: null }, "ok"],
    ["what is missing does not equal null", { path: "$.z", equals: null }, "fail"],
    ["null exists", { path: "$.a", exists: true }, "ok"],
    ["one of several values is enough", { path: "$.b[*]", equals: 2 }, "ok"],
    ["a number is not its text", { path: "$.e", equals: "0" }, "fail"],
    ["a pattern sees a number as its text", { path: "$.e", matches: "^0$" }, "ok"],
    ["a pattern sees an object as JSON", { path: "$.c", matches: '"d":"yes"' }, "ok"],
    ["nothing may be there", { path: "$.z", exists: false }, "ok"],
    ["something is there that must not be", { path: "$.c", exists: false }, "fail"],
    ["by a filter", { path: "$.c[?@ == 'yes']", exists: true }, "ok"],
  ])("%s", (_, expectation, outcome) => {
    expect(judge({ expectJson: [expectation] }, { text }).outcome).toBe(outcome);
  });
});

describe("body", () => {
  it("is only read to be judged when something is expected of it", () => {
    expect(judgesBody(httpTarget("http://beacon.test/"))).toBe(false);
    expect(judgesBody(httpTarget("http://beacon.test/", { refuseText: ["x"] }))).toBe(true);
  });

  it("a text found before the cut is found, one not found before it may be behind", () => {
    expect(judge({ expectText: ["in"] }, { text: "in", cut: true }).outcome).toBe("ok");
    expect(judge({ expectText: ["out"] }, { text: "in", cut: true }).reason).toBe("body_too_large");
  });

  it("a detail never grows beyond what a batch carries", () => {
    expect(judge({ expectText: ["x".repeat(1_000)] }).detail!.length).toBeLessThanOrEqual(200);
  });
});

describe("latency", () => {
  it.each([
    [499.9, "ok"],
    [500, "ok"],
    [500.1, "slow"],
  ])("%f ms is %s with a threshold of 500 ms", (ms, outcome) => {
    expect(judgeLatency({ outcome: "ok" }, ms, 500).outcome).toBe(outcome);
  });

  it("a failure is not slow besides, and without a threshold nothing is", () => {
    expect(judgeLatency({ outcome: "fail", reason: "timeout" }, 900, 500).outcome).toBe("fail");
    expect(judgeLatency({ outcome: "ok" }, 90_000, null).outcome).toBe("ok");
  });
});

describe("certificate", () => {
  const target: TlsTarget = {
    kind: "tls",
    host: "beacon.test",
    port: 443,
    serverName: "beacon.test",
    minDays: 7,
    warnDays: 21,
    verifyChain: true,
  };
  const now = Date.UTC(2026, 6, 1);
  const day = 86_400_000;
  it.each([
    ["ended now", 0, "fail", "certificate_expired"],
    ["one ms short of seven days", 7 * day - 1, "fail", "certificate_expires_soon"],
    ["seven days", 7 * day, "slow", undefined],
    ["one ms short of 21 days", 21 * day - 1, "slow", undefined],
    ["21 days", 21 * day, "ok", undefined],
  ])("%s", (_, left, outcome, reason) => {
    expect(judgeExpiry(target, now + left, now)).toMatchObject({ outcome, ...(reason && { reason }) });
  });
});
