import { expect, it } from "vitest";
import { drawLetterhead, letterInBrowser, underLetterhead } from "../../src/documents/letterhead.ts";
import { letterHtml, letterText } from "../../src/documents/letter.ts";
import { brandFiles, brandLogo } from "../support/brand.ts";
import { readPng } from "../support/png.ts";

const contents = {
  ...{ languageTag: "en-GB", sender: "Acme & Sons", title: "Beacon is down", preview: "It is down" },
  ...{
    blocks: [{ kind: "text" as const, text: '<p class="sender">Somebody else</p>' }],
    footer: ["Because."],
  },
};
const letter = { subject: "Beacon is down", text: letterText(contents), html: letterHtml(contents) };

it("a logo is drawn as pixels, twice as large as it is shown, within the room that it has", async () => {
  const head = (await drawLetterhead(brandLogo, brandFiles))!;
  expect(head).toMatchObject({ width: 176, height: 32, withName: true });
  expect(readPng(Buffer.from(head.light))).toMatchObject({ width: 352, height: 64 });
  expect(await drawLetterhead(brandLogo, brandFiles)).toEqual(head);
});

it("a logo whose file is gone is none", async () => {
  expect(await drawLetterhead(brandLogo, new Map())).toBeNull();
});

it("a letter carries its logo along, for light and for dark, and asks for nothing from anywhere", async () => {
  const head = await drawLetterhead(brandLogo, brandFiles);
  const { letter: dressed, pictures } = underLetterhead(letter, head);
  expect(pictures.map(({ inline, type }) => [inline, type])).toEqual([
    ["logo", "image/png"],
    ["logo-dark", "image/png"],
  ]);
  expect([...dressed.html.matchAll(/src="([^"]*)"/g)].map(([, at]) => at)).toEqual([
    "cid:logo",
    "cid:logo-dark",
  ]);
  expect(dressed.html).toContain('alt=""> Acme &amp; Sons</p>');
  expect(dressed.text).toBe(letter.text);
  expect(letterInBrowser(dressed.html, pictures)).not.toContain("cid:");
});

it("a logo that is a word is read out as the name; on dark surfaces it stands on paper where it has no other", async () => {
  const word = { ...brandLogo, withName: false, dark: null };
  const { letter: dressed, pictures } = underLetterhead(letter, await drawLetterhead(word, brandFiles));
  expect(dressed.html).toMatch(/<img class="logo plate" [^>]* alt="Acme &amp; Sons"><\/p>/);
  expect(pictures).toHaveLength(1);
});

it("without a logo a letter is what it was", () => {
  expect(underLetterhead(letter, null)).toEqual({ letter, pictures: [] });
});
