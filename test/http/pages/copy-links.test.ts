import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeLinks, relativeTo } from "../../../src/http/pages/copy-links.ts";

const files = new Map([
  ["/", "index.html"],
  ["/da/", "da/index.html"],
  ["/services/beacon", "services/beacon/index.html"],
]);
const link = (html: string, place: string, live: string | null = "https://status.example.org") =>
  relativeLinks(html, place, (address) => files.get(address), live);

describe("links of a copied page", () => {
  it("lead from its own place to the file that holds what they named", () => {
    expect(link('<a class="x" href="/services/beacon#days">', "da/history/index.html")).toBe(
      '<a class="x" href="../../services/beacon/index.html#days">',
    );
    expect(link('<a href="/da/">', "da/history/index.html")).toBe('<a href="../index.html">');
    expect(link('<a href="/">', "index.html")).toBe('<a href="index.html">');
  });

  it("lead to the page itself where the copy does not have it, and nowhere where that is not known", () => {
    expect(link('<a href="/da/subscribe?service=x">', "index.html")).toBe(
      '<a href="https://status.example.org/da/subscribe?service=x">',
    );
    expect(link('<a class="x" href="/report">', "index.html", null)).toBe('<a class="x">');
  });

  it("stay what they are where they lead elsewhere, or are no links", () => {
    const html =
      '<a href="https://example.org/">/services/beacon</a><a href="#main"><a href="//other/"><p title="/">';
    expect(link(html, "index.html")).toBe(html);
  });

  it("lead from any file to any other", () => {
    const name = fc.stringMatching(/^[a-c](\/[a-c]){0,3}$/);
    fc.assert(
      fc.property(name, name, (place, file) => {
        const led = new URL(relativeTo(place, file), `http://host/base/${place}`);
        expect(led.pathname).toBe(`/base/${file}`);
      }),
    );
  });
});
