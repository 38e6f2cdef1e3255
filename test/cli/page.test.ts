import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { boardAt, testApi, type TestApi } from "../support/api.ts";
import { closablePlatform, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { serveApi, type } from "../support/terminal.ts";

let open: OpenDatabase;
let api: TestApi;
let server: Awaited<ReturnType<typeof serveApi>>;
let page: (...words: string[]) => Promise<string>;

beforeAll(async () => {
  open = await openFreshDatabase();
  await closablePlatform(open.db);
  const access = { networks: [], customers: [], scope: "all" as const };
  const pages = [
    { slug: "partners", title: "For partners", access: ["link" as const, "password" as const], ...access },
    { slug: "acme", title: "Acme", access: ["sign_in" as const], domain: "status.acme.example", ...access },
  ];
  const board = boardAt(settled);
  const settings = { ...board.settings, address: "https://status.example", pages };
  await open.db.update(platforms).set({ settings });
  api = await testApi(open.db, settled, { board: () => ({ ...board, settings }) });
  server = await serveApi(api);
  const environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: api.deps.controlToken };
  page = (...words) => type(environment, "page", ...words);
});

afterAll(async () => {
  await server.close();
  await open.close();
});

it("lists the pages there are, where they stand, and who may see them", async () => {
  expect((await page("list")).split("\n")).toEqual([
    "partners  For partners  /pages/partners  2 services  by link, password",
    "acme  Acme  status.acme.example  2 services  by sign_in",
  ]);
  const listed = JSON.parse(await page("list", "--json")) as { pages: { slug: string }[] };
  expect(listed.pages.map(({ slug }) => slug)).toEqual(["partners", "acme"]);
});

it("makes, lists and revokes links, the same that the API tells", async () => {
  expect(await page("links", "partners")).toBe("No links.");
  const address = await page("link", "partners", "--name", "Ada", "--days", "7");
  const [, id] = /^https:\/\/status\.example\/pages\/partners\/enter\/([\w-]{16})\.[\w-]{32}$/.exec(address)!;
  const feeds = ["--name", "Reader", "--opens", "feeds", "--days", "unlimited", "--json"];
  const made = JSON.parse(await page("link", "acme", ...feeds)) as Record<string, string | null>;
  expect(made).toMatchObject({
    ...{ page: "acme", name: "Reader", opens: "feeds", expires_at: null },
    url: `https://status.acme.example/feed.atom?key=${made.key}`,
  });
  expect(await page("links", "partners")).toBe(
    `${id}  Ada  opens the page  made by command line  until 2026-07-11 02:00`,
  );
  expect(await page("links", "acme")).toContain(
    "Reader  opens the feeds  made by command line  until revoked",
  );
  const told = await (await api.send("GET", "/api/v1/pages/partners/links", undefined)).json();
  expect(JSON.parse(await page("links", "partners", "--json"))).toEqual(told);
  expect(await page("unlink", "partners", id!)).toBe(`${id} lets nobody in any more.`);
  expect(await page("links", "partners")).toContain("revoked 2026-07-04 02:00");
});

it.each([
  [["link", "nowhere", "--name", "Ada"], "page_not_found"],
  [["link", "acme", "--name", "Ada"], "invalid_link"],
  [["link", "partners", "--name", " "], "invalid_link"],
  [["unlink", "partners", "x"], "link_not_found"],
  [["unlink", "acme", "x"], "link_not_found"],
])("%j is refused as the API refuses it", async (words, code) => {
  await expect(page(...words)).rejects.toMatchObject({ code });
});
