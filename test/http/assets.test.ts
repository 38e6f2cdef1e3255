import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readAssets } from "../../src/http/assets.ts";

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "fournines-assets-"));
  mkdirSync(join(folder, "page"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
const parts = { "page/a.css": "a {}\n\n", "page/b.css": "b::after {\n  content: '$1';\n}\n" };
const style = '/* Look. */\n@import "./page/b.css";\n@import "./page/a.css";\n\nc {}\n';

it("a style is one file to its readers: its parts in the order in which it imports them", () => {
  const assets = readAssets({}, folderOf({ ...parts, "page.css": style, "page.js": style }));
  const textOf = (name: string) => assets.find(assets.address(name))?.body.toString("utf8");
  expect(textOf("page.css")).toBe("/* Look. */\nb::after {\n  content: '$1';\n}\na {}\n\nc {}\n");
  expect(textOf("page.js")).toBe(style);
  expect([textOf("a.css"), textOf("page"), textOf("page/a.css")]).toEqual([undefined, undefined, undefined]);
});

it("a change of a part is a change of what readers keep", () => {
  const address = (files: Record<string, string>) => readAssets({}, folderOf(files)).address("page.css");
  const before = address({ ...parts, "page.css": style });
  expect(address({ ...parts, "page.css": style })).toBe(before);
  expect(address({ ...parts, "page.css": style, "page/a.css": "a { color: red }" })).not.toBe(before);
});

it("what pages are dressed in leaves no part to be asked for", () => {
  const assets = readAssets({});
  const textOf = (name: string) => assets.find(assets.address(name))!.body.toString("utf8");
  expect([textOf("page.css"), textOf("console-work.css")].join("\n")).not.toContain("@import");
  expect(textOf("page.css")).toContain("@media print");
  expect(textOf("console-work.css")).toContain(".planner");
});
