import { describe, expect, it } from "vitest";
import { chooseLanguage } from "../../probes/accepted-language.ts";
import { readLanguages } from "../../src/http/language.ts";

const en = readLanguages().get("en")!;
const of = (code: string) => ({ ...en, code });

describe("a text", () => {
  it("takes its parameters and the plural form of its number", () => {
    expect(en.say("strip.days", { n: 1 })).toBe("1 day with something to tell");
    expect(en.say("strip.days", { n: 4 })).toBe("4 days with something to tell");
    expect(en.say("day.down", { time: "3 s" })).toBe("down 3 s");
  });

  it("is refused loudly when the language has none", () => {
    expect(() => en.say("no.such.key" as never)).toThrow('The language "en" has no text "no.such.key".');
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
