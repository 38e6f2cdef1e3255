import { describe, expect, it } from "vitest";
import { alertKinds, type AlertFacts, type AlertKind } from "../../../src/domain/alerting/alert.ts";
import { alertWords } from "../../../src/domain/alerting/alert-words.ts";

const openedAt = Date.UTC(2026, 6, 3, 8, 15, 40);
const since = Date.UTC(2026, 6, 3, 8, 15, 20);
const probe = { probe: "osaka-1", location: "osaka" };

const facts: Record<AlertKind, AlertFacts> = {
  service_down: { service: "beacon", title: "Beacon", since, trouble: "no answer in time" },
  check_failing: { service: "beacon", title: "Beacon", check: "certificate", kind: "tls", trouble: null },
  probe_silent: { ...probe, since, checks: 4 },
  probe_network_lost: { ...probe, since },
  probe_clock: { ...probe, skew_ms: -3_400 },
  probe_spool_full: { ...probe, refused: 12, held: 9_000 },
  batches_refused: { code: "wrong_signature", count: 3, last_at: openedAt, probe: "osaka-1" },
  evidence_gap: { probe: "osaka-1", from: 4, through: 6 },
  derivation_behind: { since },
  mail_undelivered: { count: 2, since },
};

function told(kind: AlertKind, event: "opened" | "closed", more: AlertFacts = {}) {
  const closedAt = event === "closed" ? since + 252_000 : null;
  const alert = { kind, facts: { ...facts[kind], ...more }, openedAt, closedAt };
  return alertWords(alert, event, "https://status.acme.example");
}

describe("the words of an alert", () => {
  it("say what is down, since when, what was seen and where to look", () => {
    expect(told("service_down", "opened")).toEqual({
      subject: "Beacon is down",
      text: [
        "Beacon has been down since 2026-07-03 08:15:20 UTC.",
        "What was seen last: no answer in time.",
        "",
        "https://status.acme.example/services/beacon",
      ].join("\n"),
    });
  });

  it("say when it was over, and how long it lasted", () => {
    expect(told("service_down", "closed")).toEqual({
      subject: "Beacon is no longer down",
      text: [
        "Beacon is no longer down.",
        "From 2026-07-03 08:15:20 UTC to 2026-07-03 08:19:32 UTC, 4m12s.",
        "",
        "https://status.acme.example/services/beacon",
      ].join("\n"),
    });
  });

  it("say by how much a clock is off, in which direction, and what follows", () => {
    expect(told("probe_clock", "opened").text).toContain(
      "The clock of probe osaka-1 in osaka is 3s400ms behind.",
    );
    expect(told("probe_clock", "opened").text).toContain("bounds of outages are wider");
    expect(told("probe_clock", "opened", { skew_ms: 60_001 }).text).toContain("nothing is derived from them");
  });

  it.each(alertKinds)("are whole for %s, opened and closed", (kind) => {
    for (const event of ["opened", "closed"] as const) {
      const { subject, text } = told(kind, event);
      expect(subject).not.toMatch(/undefined|null|NaN|\n/);
      expect(text).not.toMatch(/undefined|null|NaN/);
      expect(text).toMatch(
        /\.\n\nhttps:\/\/status\.acme\.example(\/services\/beacon|\/console\/mail\?state=failed)?$/,
      );
      expect(subject.length).toBeLessThan(100);
    }
    expect(told(kind, "opened").subject).not.toBe(told(kind, "closed").subject);
  });
});
