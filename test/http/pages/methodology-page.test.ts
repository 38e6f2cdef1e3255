import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../src/calendars/holidays.ts";
import { commitmentFrom } from "../../../src/domain/sla/measure/commitment.ts";
import { commitmentOf } from "../../../src/domain/sla/promise/clause-terms.ts";
import { literalClauses } from "../../../src/domain/sla/promise/clauses.ts";
import type { PlatformSettings } from "../../../src/domain/status/platform.ts";
import type { PresentRules } from "../../../src/domain/status/service.ts";
import type { StatusBoard } from "../../../src/domain/status/status-board.ts";
import { readLanguages } from "../../../src/http/language.ts";
import { methodologyPage, ruleColumns } from "../../../src/http/pages/methodology-page.ts";
import { boardAt, measuredService } from "../../support/api.ts";
import { rulesOfCheck } from "../../support/boards.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const languages = readLanguages();

const check = (slug: string, rules: Partial<PresentRules> = {}, parent: string | null = null) => ({
  ...{ slug, kind: "http", intervalMs: 15_000, counts: true, parent, reading: "up" as const, trouble: null },
  rules: rulesOfCheck(15_000, rules),
});

const boardOf = (checks = [check("web")], settings: Partial<PlatformSettings> = {}): StatusBoard => {
  const board = boardAt(now);
  return {
    ...board,
    settings: { ...board.settings, ...settings },
    services: [measuredService("beacon", now, { checks })],
  };
};

const pageOf = (board: StatusBoard, code = "en") =>
  methodologyPage(board, {
    language: languages.get(code)!,
    base: "",
    timeZone: board.settings.timeZone,
    now,
  });
const wordsOf = (board: StatusBoard, code = "en") =>
  JSON.stringify(pageOf(board, code)).replaceAll("\u00a0", " ");
const usual = wordsOf(boardOf());

describe("the methodology", () => {
  it.each<[string, StatusBoard, string]>([
    ["confirm_down", boardOf([check("web", { confirmDown: 3 })]), "once 3 rounds in a row have failed"],
    ["confirm_up", boardOf([check("web", { confirmUp: 4 })]), "once 4 rounds in a row have been good"],
    [
      "settings that differ",
      boardOf([check("web"), check("api", { confirmDown: 5 })]),
      "Some checks have settings of their own",
    ],
    ["the quorum", boardOf([check("web", { quorumFail: 2 })]), "at least 2 of them see it fail"],
    ["the limit of slow answers", boardOf([check("web", { slowAboveMs: 1_500 })]), "1.5 s"],
    ["the places", boardOf([check("web", { locations: ["lisbon", "osaka"] })]), "lisbon, osaka"],
    ["how long an answer holds", boardOf([check("web", { staleAfterMs: 61_000 })]), "1 min 1 s"],
    ["a parent", boardOf([check("web", {}, "lamp/web")]), "Some checks depend on others"],
    [
      "the target",
      boardOf(undefined, { commitment: { targetPercent: "99.9", anchorDay: 1 } }),
      "at least 99.9 % of the time that counts",
    ],
    [
      "no target",
      boardOf(undefined, { commitment: { targetPercent: null, anchorDay: 1 } }),
      "No figure is promised here",
    ],
    [
      "the anchor",
      boardOf(undefined, { commitment: { targetPercent: "99.99", anchorDay: 15 } }),
      "begin on day 15 of the month",
    ],
    ["the zone", boardOf(undefined, { timeZone: "Asia/Tokyo" }), "Asia/Tokyo"],
    [
      "the self-check",
      boardOf(undefined, { selfCheck: [{ kind: "tcp", host: "1.1.1.1", port: 443 } as never] }),
      "asks 1 reference targets of others",
    ],
    [
      "who keeps the digests",
      boardOf(undefined, {
        evidence: { recipients: ["a@b.example"], webhook: null, timestamp: "https://tsa.example" },
      }),
      "sent to people who keep it and a time-stamp authority",
    ],
  ])("says other words when %s changes", (_, board, words) => {
    const told = wordsOf(board);
    expect(told).not.toBe(usual);
    expect(told).toContain(words);
    expect(usual).not.toContain(words);
  });

  it("has a column for every rule by which a check is judged", () => {
    expect(Object.keys(ruleColumns).sort()).toEqual(Object.keys(rulesOfCheck(15_000)).sort());
  });

  it("tells what is allowed in each length of month, a clock change and February too", () => {
    const { sections } = pageOf(boardOf());
    const lines = sections.flatMap((section) => section.lines).map((line) => line.replaceAll("\u00a0", " "));
    expect(lines).toEqual([
      "February 2027: 28 d, 4 min 1 s allowed",
      "June 2026, September 2026, November 2026 and April 2027: 30 d, 4 min 19 s allowed",
      "March 2027: 30 d 23 h, 4 min 27 s allowed",
      "July 2026, August 2026, December 2026, January 2027 and May 2027: 31 d, 4 min 27 s allowed",
      "October 2026: 31 d 1 h, 4 min 28 s allowed",
    ]);
  });

  it("tells how a figure is cut by cutting one", () => {
    expect(usual).toContain("99.999 % stands for 99.999990 %, and 100.000 % only where nothing was down");
  });

  it("tells the rules that the platform's figures are computed by", () => {
    const promise = { targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 };
    expect(commitmentOf(literalClauses(promise), calendarsOf(new Map()))).toEqual(commitmentFrom(promise));
    expect(usual).toContain("counts as available; the bounds say what it may have been");
  });

  it.each([...languages.keys()])("leaves nothing to be filled in, in %s", (code) => {
    const board = boardOf([check("web", { quorumFail: 2, slowAboveMs: 800 }, "lamp/web")]);
    expect(wordsOf(board, code)).not.toMatch(/\{\w+\}|undefined|NaN/);
  });
});
