import { expect, it } from "vitest";
import { messageFaults } from "../../../src/domain/status/public-words.ts";
import { tidyTranslations, translationFaults, wordsFor } from "../../../src/domain/status/translations.ts";

const original = { text: "We look.", language: "en", translations: { da: "Vi kigger." } };

it("are read in the reader's language where they were translated, and fall back to the original, which says its language", () => {
  expect(wordsFor("da", original)).toEqual({ text: "Vi kigger.", language: "da" });
  expect(wordsFor("en", original)).toEqual({ text: "We look.", language: "en" });
  expect(wordsFor("nb", original)).toEqual({ text: "We look.", language: "en" });
  expect(wordsFor("toString", original)).toEqual({ text: "We look.", language: "en" });
});

it("are kept without those that say nothing", () => {
  expect(tidyTranslations({ da: " Vi kigger.\r\n", nb: "  " })).toEqual({ da: "Vi kigger." });
});

it("break a rule at their place: another language than the page has, the original's, and each its own", () => {
  const faults = (translations: Record<string, string>) =>
    translationFaults(translations, { language: "en", languages: ["en", "da"] }, "/words", messageFaults).map(
      ({ pointer }) => pointer,
    );
  expect(faults({ da: "Vi kigger." })).toEqual([]);
  expect(faults({ da: "" })).toEqual([]);
  expect(faults({ en: "x", fi: "y", da: "\u0007" })).toEqual(["/words/en", "/words/fi", "/words/da"]);
});
