import { describe, expect, it } from "vitest";
import { openLook } from "../../../src/http/look.ts";
import { readLanguages } from "../../../src/http/language.ts";
import { developersPage } from "../../../src/http/pages/developers-page.ts";
import type { PageContext } from "../../../src/http/pages/markup.ts";
import { type SiteDeps, siteOf } from "../../../src/http/pages/site.ts";
import { boards, now } from "../../support/boards.ts";

const board = boards.calm();
board.settings.address = null;
const look = openLook();
const page = (deps: Partial<SiteDeps>) => {
  const site = siteOf(board, { look, baseUrl: null, listensAt: () => "http://localhost:3001", ...deps });
  const context: PageContext = {
    ...{ language: readLanguages().get("en")!, base: site.root, timeZone: "Europe/Copenhagen", now },
  };
  return developersPage(board, site, context);
};

describe("what others may build on", () => {
  it("stands under the address that somebody said, and else where the server listens, and says so", () => {
    const said = page({ baseUrl: "https://status.acme.example" });
    expect([said.caution, said.widget[0]!.code]).toEqual([
      "",
      `<script async src="https://status.acme.example/widget.js"></script>`,
    ]);
    const unsaid = page({});
    expect(unsaid.caution).toMatch(/hold on its own machine alone/);
    expect(unsaid.widget[0]!.code).toBe(`<script async src="http://localhost:3001/widget.js"></script>`);
    expect(unsaid.badges[0]!.samples[0]!.code).toContain(`src="http://localhost:3001/badge/status.svg"`);
  });

  it("is nothing to be shown elsewhere where the page is private, and leads to its own feeds", () => {
    const closed = page({ root: "/pages/partners", isPrivate: true });
    expect([closed.lead, closed.caution, closed.widget, closed.badges]).toEqual(["", "", [], []]);
    expect([...closed.feeds, closed.api.at(-1)!].map(({ address }) => address)).toEqual([
      ...["atom", "rss", "json"].map((kind) => `/pages/partners/feed.${kind}`),
      "/pages/partners/maintenance.ics",
      "/pages/partners/api/v2/summary.json",
    ]);
  });
});
