import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { testApi } from "../support/api.ts";
import { agree, closablePlatform, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { serveApi, type } from "../support/terminal.ts";

let open: OpenDatabase;
let server: Awaited<ReturnType<typeof serveApi>>;
let customer: (...words: string[]) => Promise<string>;

beforeAll(async () => {
  open = await openFreshDatabase();
  await closablePlatform(open.db);
  await agree(open.db, "acme-gold", "target: 99.99");
  const api = await testApi(open.db, settled);
  server = await serveApi(api);
  const environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: api.deps.controlToken };
  customer = (...words) => type(environment, "customer", ...words);
});

afterAll(async () => {
  await server.close();
  await open.close();
});

it("makes, lists and revokes links of a customer", async () => {
  expect(await customer("links", "acme")).toBe("No links.");
  const address = await customer("link", "acme");
  const [, id] = /^http:\/\/.+\/portal\/enter\/([\w-]{16})\.[\w-]{32}$/.exec(address)!;
  expect(await customer("links", "acme")).toBe(
    `${id}  made by command line  until 2026-10-02 02:00  never used`,
  );
  expect(await customer("unlink", "acme", id!)).toBe(`${id} lets nobody in any more.`);
  expect(await customer("links", "acme")).toContain("revoked 2026-07-04 02:00");
});

it("tells of a customer or a link that there is not", async () => {
  await expect(customer("link", "nobody")).rejects.toMatchObject({ code: "customer_not_found" });
  await expect(customer("unlink", "acme", "x")).rejects.toMatchObject({ code: "link_not_found" });
});
