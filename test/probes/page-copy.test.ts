import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  copySealFault,
  type CopyManifest,
  isCopyName,
  MalformedCopy,
  parseManifest,
  parseSealed,
  printManifest,
  printSealed,
} from "../../probes/page-copy.ts";
import { sealText } from "../../src/evidence/report-seal.ts";
import { seal } from "../support/page-copies.ts";

const digest = "ab".repeat(32);
const file = fc.record(
  {
    name: fc
      .uniqueArray(fc.stringMatching(/^[a-z0-9][\w-]{0,20}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/")),
    type: fc.constantFrom("text/html; charset=utf-8", "image/svg+xml"),
    bytes: fc.nat(1_000_000),
    sha256: fc.constant(digest),
    at: fc.nat(2_000_000_000_000),
    headers: fc.constant({ Refresh: "60", "Content-Security-Policy": "frame-ancestors *" }),
  },
  { requiredKeys: ["name", "type", "bytes", "sha256"] },
);
const manifest: fc.Arbitrary<CopyManifest> = fc.record({
  at: fc.nat(2_000_000_000_000),
  platform: fc.string(),
  address: fc.constantFrom(null, "https://status.example.org"),
  languages: fc.constantFrom(["en"], ["da", "en"]),
  headers: fc.constantFrom<Record<string, string>>({}, { "Referrer-Policy": "same-origin" }),
  files: fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 20 }),
});

describe("the manifest of a copy", () => {
  it("is read as it was written, seal included", async () => {
    await fc.assert(
      fc.asyncProperty(manifest, async (written) => {
        const text = printManifest(written);
        expect(parseManifest(text)).toEqual(written);
        const sealed = { text, seal: sealText(text, seal) };
        const read = parseSealed(printSealed(sealed));
        expect(read).toEqual({ manifest: written, ...sealed });
        expect(await copySealFault(read.text, read.seal)).toBeNull();
        expect(JSON.parse(printSealed(sealed))).toMatchObject({ seal: sealed.seal });
      }),
    );
  });

  it("is under no seal any more once a single character of it is another", async () => {
    const text = printManifest(fc.sample(manifest, { numRuns: 1, seed: 1 })[0]!);
    const sealed = sealText(text, seal);
    for (let i = 0; i < text.length; i += 7) {
      const changed = `${text.slice(0, i)}${text[i] === "x" ? "y" : "x"}${text.slice(i + 1)}`;
      expect(await copySealFault(changed, sealed)).toContain("its digest is");
    }
    const other = sealText(text, { publicKey: seal.publicKey, sign: () => "A".repeat(86) + "==" });
    expect(await copySealFault(text, other)).toBe("the signature is not of this key");
    expect(await copySealFault(text, { ...sealed, public_key: "none" })).toContain("of the known form");
  });

  it.each([
    "",
    "/",
    "..",
    "a/../b",
    "/etc/passwd",
    "a//b",
    "a/./b",
    "copy.json",
    ".copy-next/x",
    "a\\b",
    "a b",
    "ä",
  ])("names no file %j", (name) => {
    expect(isCopyName(name)).toBe(false);
    const text = printManifest({
      ...{ at: 0, platform: "", address: null, languages: ["en"], headers: {} },
      files: [{ name, type: "text/html", bytes: 0, sha256: digest }],
    });
    expect(() => parseManifest(text)).toThrow(MalformedCopy);
  });

  it("may name files that begin with a dot, and no file twice", () => {
    expect(isCopyName(".well-known/security.txt")).toBe(true);
    const one = { name: "index.html", type: "text/html", bytes: 0, sha256: digest };
    const text = printManifest({
      at: 0,
      platform: "",
      address: null,
      languages: ["en"],
      headers: {},
      files: [one, one],
    });
    expect(() => parseManifest(text)).toThrow(MalformedCopy);
  });

  it("is refused with the rule it breaks, whatever it is", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseManifest(text)).toThrow(MalformedCopy);
        expect(() => parseSealed(text)).toThrow(MalformedCopy);
      }),
    );
  });
});
