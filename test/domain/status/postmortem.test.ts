import { expect, it } from "vitest";
import {
  postmortemLimit,
  publishedPostmortem,
  publishPostmortem,
  withdrawPostmortem,
  writePostmortem,
} from "../../../src/domain/status/postmortem.ts";
import { anIncident, surroundings } from "../../support/incidents.ts";

const resolved = anIncident({ startedAt: 1_000, resolvedAt: 2_000 });
const words = { message: "## What happened\n\nA switch failed.", translations: { da: "En switch fejlede." } };
const written = writePostmortem(resolved, words, "Ann", surroundings, 5_000);

it("is a draft that nobody outside reads, until it is published", () => {
  expect(publishedPostmortem(resolved)).toBe(null);
  expect(written.postmortem).toMatchObject({ message: words.message, author: "Ann", publishedAt: null });
  expect(publishedPostmortem(written)).toBe(null);
  const published = publishPostmortem(written, 6_000);
  expect(publishedPostmortem(published)).toMatchObject({ publishedAt: 6_000 });
  expect(publishedPostmortem(withdrawPostmortem(published))).toBe(null);
});

it("stays published when it is corrected", () => {
  const corrected = writePostmortem(
    publishPostmortem(written, 6_000),
    { message: "Two switches failed." },
    "Bo",
    surroundings,
    7_000,
  );
  expect(publishedPostmortem(corrected)).toMatchObject({
    ...{ message: "Two switches failed.", author: "Bo", savedAt: 7_000, publishedAt: 6_000 },
  });
});

it("may be written while the incident is open, and is published only when it is over", () => {
  const open = writePostmortem(anIncident({ startedAt: 1_000 }), words, "Ann", surroundings, 5_000);
  expect(() => publishPostmortem(open, 6_000)).toThrow(
    expect.objectContaining({ code: "incident_unresolved" }),
  );
});

it.each([
  ["no words", { message: " " }, "/message"],
  ["too many words", { message: "x".repeat(postmortemLimit + 1) }, "/message"],
  ["a language that the page has not", { message: "x", translations: { fi: "y" } }, "/translations/fi"],
])("refuses %s", (_, wrong, pointer) => {
  expect(() => writePostmortem(resolved, wrong, "Ann", surroundings, 5_000)).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ pointer })] }),
  );
});

it("is published once, and taken back only where it is published", () => {
  expect(() => publishPostmortem(resolved, 1)).toThrow(expect.objectContaining({ code: "no_postmortem" }));
  expect(() => publishPostmortem(publishPostmortem(written, 1), 2)).toThrow(
    expect.objectContaining({ code: "postmortem_published" }),
  );
  expect(() => withdrawPostmortem(written)).toThrow(
    expect.objectContaining({ code: "postmortem_unpublished" }),
  );
});
