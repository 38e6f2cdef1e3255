import { describe, expect, it } from "vitest";
import { markdownMarkup, saidMarkup } from "../../../src/http/pages/markdown.ts";

const html = (text: string) => markdownMarkup(text).html;

describe("Markdown", () => {
  it("becomes paragraphs, with line breaks as they were typed", () => {
    expect(html("One.\nTwo.\n\nThree.")).toBe("<p>One.<br />\nTwo.</p>\n<p>Three.</p>");
  });

  it("knows emphasis, lists, code, quotations, tables and links", () => {
    expect(html("**Now** and *then*")).toBe("<p><strong>Now</strong> and <em>then</em></p>");
    expect(html("- one\n- two")).toContain("<ul>\n<li>one</li>");
    expect(html("3. three")).toContain('<ol start="3">');
    expect(html("`a<b`")).toBe("<p><code>a&lt;b</code></p>");
    expect(html("> said")).toContain("<blockquote>");
    expect(html("| a |\n|---|\n| b |")).toContain("<td>b</td>");
    expect(html("See https://acme.example/x")).toBe(
      '<p>See <a href="https://acme.example/x" rel="nofollow noopener">https://acme.example/x</a></p>',
    );
    expect(html("[us](mailto:ops@acme.example)")).toContain('href="mailto:ops@acme.example"');
  });

  it("sees no link in what only looks like one", () => {
    expect(html("node.js and acme.dk")).toBe("<p>node.js and acme.dk</p>");
  });

  it("sets headings below those of the page", () => {
    expect(html("# One\n## Two\n### Three")).toBe("<h3>One</h3>\n<h4>Two</h4>\n<h5>Three</h5>");
    expect(html("## Cause\n### Switch")).toBe("<h3>Cause</h3>\n<h4>Switch</h4>");
    expect(html("###### Small\n# Large")).toBe("<h6>Small</h6>\n<h3>Large</h3>");
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<p onclick=alert(1)>x</p>",
    "<svg/onload=alert(1)>",
    "[x](//evil.example)",
    '<https://evil.example/" onmouseover=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x]: javascript:alert(1)\n\n[x]",
  ])("lets nothing through that could act: %s", (text) => {
    const markup = html(text);
    expect(markup).not.toMatch(/<(?!\/?(p|br|a|em|strong|h\d|li|ul|ol|code|pre)\b)/);
    expect(markup).not.toMatch(/<[^>]*\s(on\w+|style|src)\s*=/i);
    expect(markup).not.toMatch(/href="(?!https?:|mailto:)/i);
  });

  it("is marked with its language where the page is in another one", () => {
    expect(saidMarkup({ text: "Vi kigger.", language: "da" }, "en").html).toBe(
      '<div class="said" lang="da"><p>Vi kigger.</p></div>',
    );
    expect(saidMarkup({ text: "We look.", language: "en" }, "en").html).toBe(
      '<div class="said"><p>We look.</p></div>',
    );
  });
});
