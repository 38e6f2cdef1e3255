/** Customers' own figures on the page of an audience: what the portal says, to whom it says it, and to nobody else. */
import { beforeAll, afterAll, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../../src/actions/access-link.ts";
import { makePageLink } from "../../../src/actions/manage-page-keys.ts";
import { sealPageLink } from "../../../src/actions/page-pass.ts";
import { pageAt } from "../../../src/http/pages/pages.ts";
import { contextAt, siteOf } from "../../../src/http/pages/site.ts";
import { platforms } from "../../../src/store/tables/watched.ts";
import { boardAt, measuredService, type TestApi, testApi } from "../../support/api.ts";
import { closeJuneOfTwo, june, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleSession, type ServedRooms, serveWhole } from "../../support/rooms.ts";

onPostgres("a customer's own figures on their page", (database) => {
  let api: TestApi;
  let rooms: ServedRooms;
  const defects: unknown[] = [];

  beforeAll(async () => {
    const db = database();
    await closeJuneOfTwo(db, { beacon: 10, lamp: 25 });
    const access = { access: ["sign_in", "link"] as const, networks: [], customers: ["acme", "beta"] };
    const pages = [
      { slug: "ours", title: "Ours", scope: "all" as const, ...access, access: [...access.access] },
      {
        ...{ slug: "open", title: "Open", scope: "all" as const, networks: [], customers: ["acme"] },
        access: ["public" as const, "sign_in" as const],
      },
      {
        slug: "acme",
        title: "Acme’s",
        scope: "all" as const,
        access: ["sign_in" as const],
        networks: [],
        customers: ["acme"],
      },
    ];
    const board = boardAt(settled);
    await db.update(platforms).set({ settings: { ...board.settings, pages } });
    api = await testApi(db, settled, {
      board: () => ({
        ...board,
        settings: { ...board.settings, languages: ["en", "da", "nb", "fr"], pages },
        services: [
          measuredService("beacon", settled, { title: "Beacon" }),
          measuredService("lamp", settled, { title: "Lamp" }),
        ],
      }),
    });
    rooms = await serveWhole(api, (error) => defects.push(error));
  }, 120_000);
  afterAll(async () => {
    await rooms.stop();
    expect(defects).toEqual([]);
  });

  const get = async (path: string, Cookie: string) => {
    const answer = await fetch(rooms.url + path, { headers: { Cookie }, redirect: "manual" });
    const cookie = /^[^;]+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "";
    return { status: answer.status, html: await answer.text(), cookie, headers: answer.headers };
  };
  /** What lets a customer into their portal, by a link of theirs. */
  const signIn = async (customer: string) => {
    const link = await makeAccessLink(database(), { customer }, "Olga Operator", api.clock.now);
    return (await get(pathOfAccessLink(api.deps.secretKey, link), "")).cookie;
  };
  const passOf = async (customer: string, page = "ours") =>
    (await get(`/portal/pages/${page}/visit`, await signIn(customer))).cookie;
  /** The lines of a part of a page: the same HTML, wherever it stands. */
  const part = (html: string, from: string, to: string) => {
    const start = html.indexOf(from);
    expect([from, start]).not.toEqual([from, -1]);
    return html.slice(start, html.indexOf(to, start)).replaceAll(/\s+/g, " ");
  };

  it.each(["en", "da", "nb", "fr"])(
    "are the portal's, word for word and figure for figure, in %s",
    async (code) => {
      const session = await signIn("acme");
      await fetch(`${rooms.url}/portal/language`, {
        ...{
          method: "POST",
          redirect: "manual",
          body: new URLSearchParams({ language: code, then: "/portal" }),
        },
        headers: { Cookie: session, Origin: rooms.url },
      });
      const portal = (await get("/portal", session)).html;
      const page = (await get(`/pages/ours/${code}/`, await passOf("acme"))).html;
      const running = part(portal, '<ul class="running">', "</ul>");
      expect(running).toContain("Acme Gold");
      expect(part(page, '<ul class="running">', "</ul>")).toBe(running);
      const year = (html: string) => part(html.slice(html.indexOf('id="year"')), "<table", "</table>");
      expect(year(page)).toBe(year(portal));
      const reports = part(portal, `<li><a href="/portal/contracts/acme-gold/${june}">`, "</ul>");
      expect(part(page, `<li><a href="/portal/contracts/acme-gold/${june}">`, "</ul>")).toBe(reports);
      expect(reports).toContain("report.pdf");
    },
  );

  it("are shown to each customer theirs, on the same page, and kept by nobody between", async () => {
    const [acme, beta] = [await passOf("acme"), await passOf("beta")];
    for (const [cookie, own, others] of [
      [acme, "Acme Gold", "Beta Secret"],
      [beta, "Beta Secret", "Acme Gold"],
      [acme, "Acme Gold", "Beta Secret"],
    ] as const) {
      const { html, headers } = await get("/pages/ours/", cookie);
      expect([own, html.includes(own), html.includes(others)]).toEqual([own, true, false]);
      expect(headers.get("cache-control")).toBe("private, no-cache");
      expect(headers.get("vary")).toContain("Cookie");
    }
  });

  it("are kept by nobody between on a page that everybody may see, too, where all others see the page alone", async () => {
    const own = await get("/pages/open/", await passOf("acme", "open"));
    expect([own.html.includes("Acme Gold"), own.headers.get("cache-control")]).toEqual([
      true,
      "private, no-cache",
    ]);
    expect(own.headers.get("vary")).toContain("Cookie");
    const others = await get("/pages/open/", "");
    expect([others.status, others.html.includes("Acme Gold")]).toEqual([200, false]);
    expect(others.headers.get("cache-control")).toContain("public");
    expect((await get("/pages/open/", await passOf("beta", "open"))).html).not.toMatch(
      /Acme Gold|Beta Secret/,
    );
  });

  it("say where they are missing, on a page that is whole otherwise and asks again by itself", () => {
    const board = { ...api.deps.board(), version: 0 };
    const deps = { look: api.deps.look, baseUrl: null };
    const context = contextAt(board, deps, { code: "en", accepted: undefined, now: settled });
    const print = (kept: null) =>
      pageAt("/", board)!.print(board, siteOf(board, deps), context, [], { kept });
    const { template, model, headers } = print(null);
    const html = api.deps.look.print(template, model);
    expect(html).toContain("They cannot be read at the moment");
    expect(html).toContain("Beacon");
    expect(headers).toEqual({ Refresh: "10" });
  });

  it("are shown to nobody else who may see the page, nor on a page that is not theirs", async () => {
    const link = await makePageLink(
      database(),
      "ours",
      { name: "Ada", opens: "page", days: 7 },
      "ops",
      api.clock.now,
    );
    await api.deps.changed();
    const byLink = await get(`/pages/ours/enter/${sealPageLink(api.deps.secretKey, "ours", link.id)}`, "");
    const staff = `fn_session=${await consoleSession(api, "Olga")}`;
    const byStaff = await get("/console/pages/ours/visit", staff);
    for (const { cookie } of [byLink, byStaff]) {
      const { status, html } = await get("/pages/ours/", cookie);
      expect([status, /Acme Gold|Beta Secret|class="own"/.exec(html)]).toEqual([200, null]);
    }
    expect((await get("/pages/acme/", await passOf("beta", "acme"))).status).toBe(401);
    expect((await get("/pages/ours/services/beacon", await passOf("acme"))).html).not.toContain("Acme Gold");
    expect((await get("/pages/ours/", "")).status).toBe(401);
  });
});
