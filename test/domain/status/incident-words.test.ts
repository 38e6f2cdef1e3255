import { describe, expect, it } from "vitest";
import { ownUpdates, renameIncident, rewordUpdate } from "../../../src/domain/status/incident-words.ts";
import { anIncident, anUpdate, surroundings } from "../../support/incidents.ts";

const now = 1_000_000;
const incident = anIncident({
  startedAt: 1,
  updates: [
    anUpdate({ state: "investigating", at: 1, message: "We lok." }),
    anUpdate({ state: "investigating", at: 2, message: "Elsewhere.", from: "INC-2026-0009" }),
    anUpdate({ state: "identified", at: 3, message: "Found." }),
  ],
});

describe("an incident", () => {
  it("gets another title, translations of it, and a priority", () => {
    const after = renameIncident(
      incident,
      { title: " Nobody can sign in ", titles: { da: "Ingen kan logge ind" }, priority: "p2" },
      surroundings,
    );
    expect(after).toMatchObject({
      ...{ title: "Nobody can sign in", titles: { da: "Ingen kan logge ind" }, priority: "p2" },
      updates: incident.updates,
    });
    expect(renameIncident(after, { priority: null }, surroundings)).toMatchObject({ priority: null });
    expect(renameIncident(after, {}, surroundings)).toEqual(after);
  });

  it.each([
    ["a title that is empty", { title: "" }, "/title"],
    ["a priority that there is not", { priority: "p9" }, "/priority"],
    ["a title in a language that the page has not", { titles: { fi: "x" } }, "/titles/fi"],
  ])("refuses %s", (_, wrong, pointer) => {
    expect(() => renameIncident(incident, wrong, surroundings)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ pointer })] }),
    );
  });
});

describe("an update", () => {
  it("gets other words, and tells that it was edited", () => {
    const after = rewordUpdate(incident, 1, { message: "We look." }, surroundings, now);
    expect(after.updates[0]).toMatchObject({ message: "We look.", editedAt: now, at: 1 });
    expect(after.updates.slice(1)).toEqual(incident.updates.slice(1));
  });

  it("that is translated afterwards is not edited", () => {
    const after = rewordUpdate(incident, 2, { translations: { da: "Fundet." } }, surroundings, now);
    expect(after.updates[2]).toMatchObject({ translations: { da: "Fundet." }, editedAt: null });
  });

  it("is numbered among those of the incident itself", () => {
    expect(ownUpdates(incident)).toHaveLength(2);
    expect(() => rewordUpdate(incident, 3, { message: "x" }, surroundings, now)).toThrow(
      expect.objectContaining({ code: "update_not_found" }),
    );
  });

  it("with the words that stand already is no change", () => {
    expect(() => rewordUpdate(incident, 1, { message: "We lok. " }, surroundings, now)).toThrow(
      expect.objectContaining({ code: "unchanged_words" }),
    );
  });
});
