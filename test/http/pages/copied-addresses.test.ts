import { afterEach, describe, expect, it } from "vitest";
import { copiedAddresses } from "../../../src/http/pages/copied-addresses.ts";
import { boards } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(() => pages.stop());

/** What takes the server, and is linked to from public pages; a choice of days is not offered in a copy. */
const live = /^\/(subscribe|report|api\/docs|api\/v1\/openapi\.json|(services\/[\w-]+\/)?days\/\d+)$/;

describe("the addresses of the copy", () => {
  it("are all answered by the page itself, each in its languages", async () => {
    const board = boards.outage();
    board.settings = { ...board.settings, languages: ["en", "da"] };
    pages = await servePages(board);
    for (const { path, isWorded } of copiedAddresses(board)) {
      for (const base of isWorded ? ["", "/da"] : [""]) {
        const answer = await fetch(`${pages.url}${base}${path}`, { method: "HEAD" });
        expect([base, path, answer.status]).toEqual([base, path, 200]);
      }
    }
  });

  it("are all that public pages lead to, but for what takes the server", async () => {
    const board = boards.outage();
    pages = await servePages(board);
    const copied = new Set(copiedAddresses(board).map(({ path }) => path));
    const unknown = new Set<string>();
    for (const path of copied) {
      const html = await (await fetch(`${pages.url}${path}`)).text();
      for (const [, address] of html.matchAll(/\s(?:href|src)="(\/[^"?#]*)/g)) {
        if (!copied.has(address!) && !live.test(address!) && !address!.startsWith("/assets/")) {
          unknown.add(address!);
        }
      }
    }
    expect([...unknown]).toEqual([]);
  });

  it("hold a picture of the page in every language, and the icon of home screens", () => {
    const addresses = copiedAddresses(boards.calm());
    expect(addresses).toContainEqual({ path: "/og.png", isWorded: true });
    expect(addresses).toContainEqual({ path: "/apple-touch-icon.png", isWorded: false });
  });

  it("hold every month that history leads to, and the incidents that became part of others", () => {
    const board = boards.calm();
    const [incident] = board.incidents;
    board.incidents[0] = { ...incident!, parts: [{ ...incident!, reference: "INC-2026-0099" } as never] };
    const paths = copiedAddresses(board).map(({ path }) => path);
    expect(paths).toContain("/history/2025-10");
    expect(paths).not.toContain("/history/2025-09");
    expect(paths).toContain("/incidents/INC-2026-0099");
  });
});
