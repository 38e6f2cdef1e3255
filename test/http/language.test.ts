import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { chooseLanguage } from "../../probes/accepted-language.ts";
import { type Languages, languagesIn, readLanguages } from "../../src/http/language.ts";
import { languages } from "../../src/platform-file/words.ts";

const en = readLanguages().get("en")!;
const of = (code: string) => ({ ...en, code });

describe("a text", () => {
  it("takes its parameters and the plural form of its number", () => {
    expect(en.say("strip.days", { n: 1, of: 90 })).toBe("1 day of 90 with something to tell");
    expect(en.say("strip.days", { n: 4, of: 90 })).toBe("4 days of 90 with something to tell");
    expect(en.say("day.down", { time: "3 s" })).toBe("down 3 s");
  });

  it("never begins a line with a sign that stands apart from its word", () => {
    const fr = readLanguages().get("fr")!;
    expect(fr.say("headline.onIt")).toBe("\u00a0; nous y travaillons");
    expect(fr.say("choose.foundNothing", { words: "x" })).toBe("Aucun service ne s’appelle «\u00a0x\u00a0».");
    expect(en.say("nav.skip")).toBe("Skip to the content");
  });

  it("is refused loudly when the language has none", () => {
    expect(() => en.say("no.such.key" as never)).toThrow('The language "en" has no text "no.such.key".');
  });
});

describe("another language", () => {
  it("is one file: the page has it, and what has no words in it is told in others", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fournines-words-"));
    await cp(new URL("../../views/locales/", import.meta.url), folder, { recursive: true });
    const words = JSON.parse(await readFile(join(folder, "da.json"), "utf8")) as Record<string, unknown>;
    const swedish = {
      ...words,
      "language.tag": "sv-SE",
      "language.name": "Svenska",
      "nav.history": "Historik",
    };
    await writeFile(join(folder, "sv.json"), JSON.stringify(swedish));
    const place = pathToFileURL(`${folder}/`);
    const page = languagesIn(place) as Languages;
    expect([...page.keys()].sort()).toEqual(["da", "en", "fr", "nb", "sv"]);
    expect(page.get("sv")!.say("nav.history")).toBe("Historik");
    for (const room of ["console", "portal"] as const) {
      expect([...languagesIn(place, room).keys()].sort()).toEqual(["da", "en", "fr", "nb"]);
    }
    await rm(folder, { recursive: true });
  });

  it("of those that there are files for, a platform may name each", () => {
    expect([...readLanguages().keys()].sort()).toEqual([...languages].sort());
    expect(languages[0]).toBe("en");
  });
});

describe("the language of a reader", () => {
  const offered = [of("en"), of("da"), of("nb"), of("fr")];
  it.each([
    [undefined, "en"],
    ["", "en"],
    ["de, es;q=0.8", "en"],
    ["da", "da"],
    ["fr-CH, fr;q=0.9, en;q=0.8", "fr"],
    ["en;q=0.3, da;q=0.9", "da"],
    ["no", "nb"],
    ["nn-NO", "nb"],
    ["da;q=0, fr", "fr"],
    ["*", "en"],
    [`${"x,".repeat(5_000)}da`, "en"],
  ])("of %s is %s", (accepted, code) => {
    expect(chooseLanguage(accepted, offered).code).toBe(code);
  });
});
