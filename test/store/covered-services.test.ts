import { beforeAll, expect, it } from "vitest";
import { archiveAgreed, readContracts } from "../../src/store/agreements.ts";
import { listContractTitles, listCoveringContracts } from "../../src/store/covered-services.ts";
import { agree, closablePlatform, forgetClosings, settled } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

eachDatabase("contracts by what they cover", (database) => {
  beforeAll(async () => {
    await forgetClosings(database());
    await closablePlatform(database());
    await agree(database(), "acme-all", 'target: 99.9\ncovers: "*"');
    await agree(database(), "acme-gold", "target: 99.99\ncovers: [beacon, lamp]");
    await agree(database(), "acme-silver", "target: 99.9\ncovers: [lamp]");
    await agree(database(), "acme-tin", "target: 99\ncovers: [beacon]");
    await archiveAgreed(database(), "contract", ["acme-tin"], settled);
  });

  it("are those that name one of the services or cover all, and have not been archived", async () => {
    const covering = (...slugs: string[]) => listCoveringContracts(database(), slugs);
    expect(await covering("beacon")).toEqual(["acme-all", "acme-gold"]);
    expect(await covering("beacon", "lamp")).toEqual(["acme-all", "acme-gold", "acme-silver"]);
    expect(await covering("harbour")).toEqual(["acme-all"]);
  });

  it("are read whole when they are asked for by slug", async () => {
    const all = await readContracts(database());
    const some = await readContracts(database(), { slugs: ["acme-silver", "acme-tin", "nobody"] });
    expect([...some]).toEqual([...all].filter(([slug]) => slug === "acme-silver" || slug === "acme-tin"));
    expect(some.size).toBe(2);
    expect(await readContracts(database(), { slugs: [] })).toEqual(new Map());
  });

  it("have titles, archived or not", async () => {
    const titles = await listContractTitles(database());
    expect(titles.map(({ slug, isArchived }) => [slug, isArchived])).toEqual([
      ["acme-all", false],
      ["acme-gold", false],
      ["acme-silver", false],
      ["acme-tin", true],
    ]);
  });
});
