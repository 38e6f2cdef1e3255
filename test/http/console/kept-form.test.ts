import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { refill } from "../../../src/http/console/kept-form.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn, goodPassword } from "../../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const dayMs = 86_400_000;

onPostgres("a form whose session is over", (database) => {
  let api: TestApi;
  let ann: Awaited<ReturnType<typeof comeIn>>;
  beforeEach(async () => {
    await database().execute(sql`truncate tokens, people restart identity cascade`);
    api = await testApi(database(), now);
    ann = await comeIn(api, "Ann", "admin");
    api.clock.now = now + dayMs;
  });

  const hidden = (page: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`)
      .exec(page)![1]!
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");

  const comeBack = async (door: string) =>
    ann.browser.post("/console/sign-in", {
      ...{ mail: "ann@acme.example", password: goodPassword },
      ...{ then: hidden(door, "then"), kept: hidden(door, "kept") },
    });

  it("stands there again with what was typed, once its person has signed in, and was not sent", async () => {
    const typed = { mail: "bo@acme.example", name: 'Bo "the <b>', role: "ops" };
    const asked = await ann.browser.post("/console/people", typed, {
      Referer: "http://localhost/console/people",
    });
    const door = await asked.text();
    expect([asked.status, door.includes("what you typed is kept")]).toEqual([401, true]);
    const again = await (await comeBack(door)).text();
    expect(again).toContain('<p class="notice" role="status">You are signed in again.');
    expect(again).toContain('value="bo@acme.example"');
    expect(again).toContain('value="Bo &quot;the &lt;b&gt;"');
    expect(again).toMatch(/name="role" value="ops" checked/);
    expect(again).not.toMatch(/name="role" value="viewer" checked/);
    expect(again).not.toMatch(/people\/p_\w+">bo@/);
  });

  it("keeps no secret, and leads nowhere else", async () => {
    const door = await (
      await ann.browser.post("/console/account/password", { old: goodPassword, password: "nine red foxes" })
    ).text();
    expect(door).not.toContain(goodPassword);
    expect(door).not.toContain("nine red foxes");
    const forged = await ann.browser.post("/console/sign-in", {
      ...{ mail: "ann@acme.example", password: goodPassword },
      kept: JSON.stringify({ action: "https://elsewhere.example/", page: "/console", fields: [["a", "b"]] }),
    });
    expect([forged.status, forged.headers.get("Location")]).toEqual([303, "/console"]);
  });

  it("whose page cannot be shown is told whole, to be sent by a button", async () => {
    const asked = await ann.browser.post("/console/people/p_zzzzzzzzzzzzzzzz/role", { role: "ops" });
    const again = await (await comeBack(await asked.text())).text();
    expect(again).toContain('action="/console/people/p_zzzzzzzzzzzzzzzz/role"');
    expect(again).toContain('<input type="hidden" name="role" value="ops">');
  });
});

it("fills texts, areas, choices and ticks of the one form, and leaves what is hidden or secret", () => {
  const html = `<main id="main"><form action="/console/a"><input name="t" value="old"></form>
<form method="post" action="/console/b"><input type="hidden" name="once" value="1"><input name="t" value="old">
<input type="password" name="p"><textarea name="m">old</textarea>
<select name="s"><option value="x" selected>X</option><option value="y">Y</option></select>
<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2"></form></main>`;
  const fields: [string, string][] = [
    ["t", "new"],
    ["m", "a\nb $& </textarea>"],
    ["s", "y"],
    ["c", "2"],
    ["once", "2"],
    ["p", "secret"],
  ];
  const filled = refill(html, { action: "/console/b", page: "/console/b", fields }, "Kept.")!;
  expect(filled).toContain('<main id="main"><p class="notice" role="status">Kept.</p>');
  expect(filled).toContain('<form action="/console/a"><input name="t" value="old">');
  expect(filled).toContain('name="once" value="1"');
  expect(filled).toContain('<input name="t" value="new">');
  expect(filled).toContain("a\nb $&amp; &lt;/textarea&gt;</textarea>");
  expect(filled).toContain('<option value="x">X</option><option value="y" selected>');
  expect(filled).toContain('value="1"><input type="checkbox" name="c" value="2" checked>');
  expect(filled).not.toContain("secret");
  expect(refill(html, { action: "/console/c", page: "/console/c", fields }, "Kept.")).toBeNull();
});
