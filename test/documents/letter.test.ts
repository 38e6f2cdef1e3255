import { describe, expect, it } from "vitest";
import { type LetterContents, letterHtml, letterText } from "../../src/documents/letter.ts";

const contents: LetterContents = {
  languageTag: "en-GB",
  sender: "Acme <Cloud>",
  title: "Service level report",
  preview: "Kept & told",
  blocks: [
    { kind: "verdict", mood: "well", word: "Promise kept", figure: "99.998 %", note: "promised: 99.99 %" },
    {
      kind: "text",
      text: "A sentence that is long enough to be broken into two lines, for it goes on and on.",
    },
    {
      kind: "rows",
      rows: [
        ["Customer", "Acme & Sons"],
        ["Cycle", "June"],
      ],
    },
    {
      kind: "table",
      head: ["Service", "%"],
      rows: [
        ["Beacon", "99.9"],
        ["Lamp", "100.0"],
      ],
    },
    { kind: "list", entries: ["one", "two"] },
    { kind: "link", text: "Open", address: "https://status.acme.example/?a=1&b=2" },
    { kind: "code", text: "npx fournines verify x.zip" },
  ],
  footer: ["Sent to <you>."],
};

describe("a letter", () => {
  it("in French sets its colons apart, on a line with their word", () => {
    const french = letterText({ ...contents, languageTag: "fr-FR" });
    expect(french).toContain("Customer\u00a0: Acme & Sons\nCycle\u00a0:    June");
    expect(french).toContain("Open\u00a0:\nhttps://");
    expect(letterHtml({ ...contents, languageTag: "fr-FR" })).toContain('data-name="%\u00a0:"');
  });

  it("is readable as plain text: figures under each other, lines that end in time", () => {
    expect(letterText(contents)).toBe(
      `Acme <Cloud>
Service level report
====================

Promise kept · 99.998 % · promised: 99.99 %

A sentence that is long enough to be broken into two lines, for it goes on
and on.

Customer: Acme & Sons
Cycle:    June

Service      %
Beacon    99.9
Lamp     100.0

- one
- two

Open:
https://status.acme.example/?a=1&b=2

    npx fournines verify x.zip

-- 
Sent to <you>.
`,
    );
  });

  it("says the same as HTML, with every sign that means something there written out", () => {
    const html = letterHtml(contents);
    for (const text of [
      "Acme &lt;Cloud&gt;",
      "Acme &amp; Sons",
      "Sent to &lt;you&gt;.",
      "?a=1&amp;b=2",
      "100.0",
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain("<you>");
  });

  it("asks for nothing from anywhere: no pictures, no scripts, no addresses but the links", () => {
    expect(letterHtml(contents)).not.toMatch(/<(img|script|link|iframe)|url\(|@import/);
  });
});
