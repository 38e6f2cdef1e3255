import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boards } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

describe("pages that are read", () => {
  let pages: ServedPages;
  beforeEach(async () => {
    pages = await servePages(boards.calm());
  });
  afterEach(async () => {
    await pages.stop();
    expect(pages.errors).toEqual([]);
  });

  it("are printed when something changes, before anybody asks again, and once", async () => {
    const before = await (await fetch(pages.url)).text();
    expect(pages.printed).toHaveLength(1);
    pages.show(boards.outage());
    await expect.poll(() => pages.printed.length).toBe(2);
    const after = await (await fetch(pages.url)).text();
    expect(pages.printed).toHaveLength(2);
    expect(after).not.toBe(before);
    expect(after).toContain("Sign-in is down");
  });

  it("are no longer printed ahead once nobody asks for them", async () => {
    await fetch(pages.url);
    await fetch(`${pages.url}/history`);
    pages.show(boards.outage());
    await expect.poll(() => pages.printed.length).toBe(4);
    await fetch(`${pages.url}/history`);
    pages.show(boards.outage());
    await expect.poll(() => pages.printed.length).toBe(5);
    expect(pages.printed.at(-1)).toBe(pages.printed[1]);
  });

  it("that fail to be printed are told of, and the last good one is served", async () => {
    await fetch(pages.url);
    pages.show({ ...boards.outage(), services: null } as never);
    await expect.poll(() => pages.errors.length).toBeGreaterThan(0);
    pages.show(boards.outage());
    expect((await fetch(pages.url)).status).toBe(200);
    expect(pages.errors.splice(0).map(String)[0]).toContain("TypeError");
  });
});
