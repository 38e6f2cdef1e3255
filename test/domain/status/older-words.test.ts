import { expect, it } from "vitest";
import { noOlderWords, withOlderWords, wordsInSight } from "../../../src/domain/status/older-words.ts";
import { sightOf } from "../../../src/domain/status/page.ts";
import { boardAt } from "../../support/api.ts";
import { anIncident } from "../../support/incidents.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const day = 86_400_000;
const recent = anIncident({ reference: "INC-2026-0001", startedAt: now - day });
const old = anIncident({
  reference: "INC-2024-0007",
  startedAt: now - 800 * day,
  resolvedAt: now - 799 * day,
});
const board = { ...boardAt(now), incidents: [recent] };

it("stand beside what the board tells, newest first, as if it remembered them", () => {
  const told = withOlderWords(board, { ...noOlderWords, incidents: [old], firstAt: now - 900 * day });
  expect(told.incidents).toEqual([recent, old]);
  expect(told.saidSince).toBe(now - 900 * day);
  expect(board.incidents).toEqual([recent]);
});

it("of what is for others are not told, whoever makes up their reference", () => {
  const impact = (serviceSlug: string) => ({
    ...{ serviceSlug, impact: "major_outage" as const, start: old.startedAt, end: old.resolvedAt },
  });
  const sight = sightOf("public", [
    { slug: "beacon", groupSlug: null },
    { slug: "vault", groupSlug: null, isPrivate: true },
  ]);
  const told = (...slugs: string[]) =>
    wordsInSight({ ...noOlderWords, incidents: [{ ...old, impacts: slugs.map(impact) }] }, sight).incidents;
  expect(told("vault")).toEqual([]);
  expect(told("vault", "beacon")).toEqual([{ ...old, impacts: [impact("beacon")] }]);
});

it("give way to what the board tells itself, which is newer", () => {
  const stale = { ...recent, title: "As it was" };
  expect(withOlderWords(board, { ...noOlderWords, incidents: [stale] }).incidents).toEqual([recent]);
});

it("change nothing where there are none", () => {
  expect(withOlderWords(board, noOlderWords)).toEqual(board);
});
