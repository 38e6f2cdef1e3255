import { describe, expect, it } from "vitest";
import { failureReasons } from "../../probes/protocol.ts";
import { type AlertWord, alertWords, sayAlert, testWords } from "../../src/documents/alert-words.ts";
import {
  type AlertEvent,
  alertKinds,
  type AlertFacts,
  type AlertKind,
} from "../../src/domain/alerting/alert.ts";
import { troubleInWords } from "../../src/domain/monitoring/trouble.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";
import da from "../../views/locales/alerts/da.json" with { type: "json" };
import en from "../../views/locales/alerts/en.json" with { type: "json" };
import fr from "../../views/locales/alerts/fr.json" with { type: "json" };
import nb from "../../views/locales/alerts/nb.json" with { type: "json" };

const openedAt = Date.UTC(2026, 6, 3, 8, 15, 40);
const since = Date.UTC(2026, 6, 3, 8, 15, 20);
const work = { reference: "MNT-2026-0001", title: "New disks", planner: "Ann" };
const probe = { probe: "osaka-1", location: "osaka" };
const budget = {
  ...{ contract: "acme-gold", title: "Acme Gold", customer: "Acme", label: "2026-07", target: "99.9" },
  ...{ spent_ms: 1_980_000, allowed_ms: 2_678_000, left_ms: 698_000, end: Date.UTC(2026, 7, 1) },
};

const facts: Record<AlertKind, AlertFacts> = {
  service_down: { service: "beacon", title: "Beacon", since, trouble: "no answer in time" },
  check_failing: { service: "beacon", title: "Beacon", check: "web", kind: "http", since, trouble: null },
  certificate_expiring: {
    ...{ service: "beacon", title: "Beacon", check: "certificate", since },
    trouble: "the certificate expires soon",
  },
  probe_silent: { ...probe, since, checks: 4 },
  probe_network_lost: { ...probe, since },
  probe_clock: { ...probe, skew_ms: -3_400 },
  probe_spool_full: { ...probe, refused: 12, held: 9_000 },
  batches_refused: { code: "wrong_signature", count: 3, last_at: openedAt, probe: "osaka-1" },
  evidence_gap: { probe: "osaka-1", from: 4, through: 6 },
  derivation_behind: { since },
  mail_undelivered: { count: 2, since },
  request_opened: { reference: "REQ-2026-0001", customer: "acme", since },
  response_due: { reference: "REQ-2026-0001", about: "request", promise: "response", due: since },
  request_escalated: { reference: "REQ-2026-0001", to: "Management", since },
  maintenance_unexplained: { ...work, begins: since },
  maintenance_ending: { ...work, ends: since },
  maintenance_overrun: { ...work, since },
  channel_failing: { channel: "ops-chat", title: "#ops", since, reason: "the receiver answered 403" },
  budget_spent: { ...budget, percent: 75 },
  budget_projected: { ...budget, projected_ms: 4_000_000 },
  budget_burning: { ...budget, burn: "14.4", window_ms: 3_600_000, down_ms: 52_000 },
  promise_unmonitored: { service: "beacon", title: "Beacon", contract: "acme-gold" },
  service_unrouted: { service: "beacon", title: "Beacon" },
};

function told(
  kind: AlertKind,
  event: AlertEvent,
  { more = {}, ...alert }: { more?: AlertFacts; takenBy?: string; round?: number } = {},
  language: (typeof customerLanguages)[number] = "en",
) {
  const closedAt = event === "closed" ? since + 252_000 : null;
  return alertWords(
    { kind, facts: { ...facts[kind], ...more }, openedAt, closedAt, takenBy: null, round: 0, ...alert },
    event,
    { language, timeZone: "Europe/Copenhagen" },
  );
}

describe("the words of an alert", () => {
  it("say what is down, since when by the platform's clocks, and what was seen", () => {
    expect(told("service_down", "opened")).toEqual({
      subject: "Beacon is down",
      lines: [
        "Beacon has been down since 3 July 2026 at 10:15:20.",
        "What was seen last: no answer in time.",
      ],
    });
    expect(told("service_down", "opened", {}, "da")).toEqual({
      subject: "Beacon er nede",
      lines: ["Beacon har været nede siden 3. juli 2026 kl. 10.15.20.", "Sidst set: intet svar i tide."],
    });
  });

  it("say when it was over, and how long it lasted", () => {
    expect(told("service_down", "closed")).toEqual({
      subject: "Beacon is no longer down",
      lines: [
        "Beacon is no longer down.",
        "From 3 July 2026 at 10:15:20 to 3 July 2026 at 10:19:32, 4\u00a0min\u00a012\u00a0s.",
      ],
    });
  });

  it("say that nobody has it, who has it, and that it calls again", () => {
    expect(told("service_down", "escalated").subject).toBe("Nobody has it yet: Beacon is down");
    expect(told("service_down", "acknowledged", { takenBy: "Ada" }).lines[0]).toBe("Ada has taken it on.");
    expect(told("service_down", "acknowledged").lines[0]).toBe("Somebody has taken it on.");
    expect(told("service_down", "opened", { round: 1 }).subject).toBe("Again: Beacon is down");
  });

  it("say by how much a clock is off, in which direction, and what follows", () => {
    const [line, effect] = told("probe_clock", "opened").lines;
    expect(line).toBe("The clock of probe osaka-1 in osaka is 3.400\u00a0s behind.");
    expect(effect).toContain("bounds of outages are wider");
    const [, useless] = told("probe_clock", "opened", { more: { skew_ms: 60_001 } }).lines;
    expect(useless).toContain("nothing is derived from them");
  });

  it("say what is left of a budget, or by how much a promise is broken", () => {
    expect(told("budget_spent", "opened")).toEqual({
      subject: "Acme Gold: 75 % of the budget is spent",
      lines: [
        "In July 2026, 33\u00a0min of 44\u00a0min\u00a038\u00a0s that 99.9 % of uptime leaves for Acme Gold (Acme) are spent.",
        "Left until 1 August 2026 at 02:00: 11\u00a0min\u00a038\u00a0s.",
      ],
    });
    const [, over] = told("budget_spent", "opened", { more: { left_ms: -61_000 } }).lines;
    expect(over).toBe("The promise of July 2026 is broken by 1\u00a0min\u00a01\u00a0s.");
    for (const kind of ["budget_spent", "budget_projected"] as const) {
      expect(told(kind, "closed", { more: { outgrown_by: 100 } }).subject).toBe(
        "Acme Gold: by now, 100 % of the budget of July 2026 is spent",
      );
    }
  });

  it("tell a reason in the reader's language, with what was seen; words that are none stay", () => {
    const seen = (trouble: string) => told("service_down", "opened", { more: { trouble } }, "fr").lines[1];
    expect(seen("an unexpected status was answered (status 503)")).toBe(
      "Dernière observation : un statut inattendu a été répondu (status 503).",
    );
    expect(seen("something else")).toBe("Dernière observation : something else.");
    for (const reason of failureReasons) {
      expect(sayAlert("en", `reason.${reason}` as AlertWord)).toBe(troubleInWords(reason, null));
    }
  });

  it.each(customerLanguages.flatMap((language) => alertKinds.map((kind) => [language, kind] as const)))(
    "are whole in %s for %s, in every part of its life",
    (language, kind) => {
      const subjects = (["opened", "escalated", "acknowledged", "closed"] as const).map((event) => {
        const { subject, lines } = told(kind, event, {}, language);
        const all = [subject, ...lines].join("\n");
        expect(all).not.toMatch(/undefined|null|NaN|[{}]/);
        lines.forEach((line) => expect(line).toMatch(/\.$/));
        expect(subject).not.toMatch(/\n/);
        expect(subject.length).toBeLessThan(120);
        return subject;
      });
      expect(new Set(subjects).size).toBe(4);
    },
  );

  it("say of a channel that leads to a person no address", () => {
    const person = { channel: "person:8k2", title: "Ada" };
    expect(told("channel_failing", "opened", { more: person }).subject).toBe(
      "Nobody can be told by mail to a person on call",
    );
  });

  it("say of a test that nobody has to do anything", () => {
    expect(testWords({ title: "#ops", platform: "Acme" }, "en")).toEqual({
      subject: "A test of #ops",
      text: "If you read this, #ops works: Acme can tell you what needs somebody. Nobody has to do anything.",
    });
  });

  it.each(Object.entries({ da, fr, nb }))("have every text in %s, with the same parameters", (_, texts) => {
    const parameters = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(texts)).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(texts)) {
      expect([key, parameters(text)]).toEqual([key, parameters(en[key as AlertWord])]);
    }
  });
});
