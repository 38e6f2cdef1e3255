/**
 * Pages of audiences on a whole server: every way in, with what is right and what is wrong, for people and for programs; what is told to
 * whoever stays outside; and that what let somebody in can be taken back.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { type MailReceiver, startMailReceiver } from "./support/receivers.ts";
import { startTarget, type Target } from "./support/target.ts";

/** Another sign than this one. */
const bent = (sign: string) => (sign === "_" ? "-" : "_");
const secrets = /vault|cellar|partners only/i;
const faces = [
  "/feed.atom",
  "/feed.json",
  "/api/v2/summary.json",
  "/maintenance.ics",
  "/badge/vault/status.svg",
];

describe("pages of audiences", () => {
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;
  let mailbox: MailReceiver;
  let token: string;

  beforeAll(async () => {
    target = await startTarget();
    mailbox = await startMailReceiver();
    installation = await install(platform());
    const mail = { SMTP_URL: mailbox.url, MAIL_FROM: "status@acme.example" };
    server = await installation.start({ TRUSTED_PROXIES: "203.0.113.7", ...mail });
    token = /fn_[\w-]{43}/.exec(server.output())![0];
  });

  const platform = () => `
platform: { name: Acme, time_zone: UTC, languages: [en, da, nb, fr] }
groups: { cellar: { title: The cellar, private: true } }
services:
  beacon: { title: Beacon, checks: { web: { http: "${target.url}", interval: 1s } } }
  vault: { title: The vault, group: cellar, checks: { web: { http: "${target.url}", interval: 1s } } }
pages:
  by-link: { title: Partners only, groups: [cellar], access: link }
  by-password: { title: Partners only, groups: [cellar], access: password }
  by-sign-in: { title: Partners only, groups: [cellar], access: sign_in }
  from-here: { title: Partners only, groups: [cellar], access: network, networks: ["127.0.0.0/8", "::1"] }
  from-afar: { title: Partners only, groups: [cellar], access: network, networks: ["192.0.2.0/24"] }
  for-all: { title: Beacon alone, services: [beacon], access: public }
`;

  beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(server?.output())));
  afterAll(async () => {
    await server?.kill();
    await target.close();
    await mailbox.close();
    await installation.remove();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { headers, redirect: "manual" });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(server.url + path, {
      method: "POST",
      headers: { Origin: server.url, "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  const cookieOf = (answer: Response) => /^[^;]+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "";
  let console_ = "";
  /** The console, signed in with the token that was printed. */
  const inConsole = async () => {
    console_ ||= cookieOf(await post("/console/sign-in", { token }));
    return { Cookie: console_ };
  };
  /** Makes a link there; its address as the console shows it once. */
  const makeLink = async (page: string, opens: string) => {
    const made = await post(
      `/console/pages/${page}/links`,
      { name: "Ada", opens, days: "7" },
      await inConsole(),
    );
    expect(made.status).toBe(303);
    const shown = await (await get(made.headers.get("location")!, await inConsole())).text();
    const url = /id="made-url" readonly value="([^"]+)"/.exec(shown)![1]!;
    const list = await (await get(`/console/pages/${page}`, await inConsole())).text();
    expect(list).not.toContain("made-url");
    return {
      path: url.slice(server.url.length),
      id: /\?made=([\w-]+)/.exec(made.headers.get("location")!)![1]!,
    };
  };
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await get(path, headers)).status;

  it.each(["by-link", "by-password", "by-sign-in", "from-afar"])(
    "%s is closed to strangers, and says nothing of what is behind it, in any language and on any face",
    async (page) => {
      const closed = page === "from-afar" ? 403 : 401;
      const forms = ["/subscribe", "/da/subscribe/sent", "/report"];
      const pages = ["", "/", "/services/vault", "/history", ...forms, "/no-such"];
      for (const path of [...pages, "/events", ...faces]) {
        const answer = await get(`/pages/${page}${path}`);
        const text = await answer.text();
        expect([path, answer.status]).toEqual([path, closed]);
        expect([path, secrets.exec(text.replaceAll(/(%2F|\/)services(%2F|\/)vault/g, ""))]).toEqual([
          path,
          null,
        ]);
        expect(answer.headers.get("cache-control")).toBe("private, no-cache");
        expect(answer.headers.get("cross-origin-opener-policy")).toBe("same-origin");
        const isFace = faces.includes(path) || path === "/events";
        expect(answer.headers.get("content-type")).toContain(
          isFace ? "application/problem+json" : "text/html",
        );
      }
      const titles = { da: "Privat side", nb: "Privat side", fr: "Page privée", en: "Private page" };
      for (const [code, title] of Object.entries(titles)) {
        expect(await (await get(`/pages/${page}/${code}/`)).text()).toContain(`<h1>${title}</h1>`);
        expect(await (await get(`/pages/${page}/`, { "Accept-Language": code })).text()).toContain(title);
      }
    },
  );

  it("from a network that is named opens by itself, whole, and for its readers alone", async () => {
    const answer = await get("/pages/from-here/");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    const html = await answer.text();
    expect(html).toContain("The vault");
    expect(html).not.toContain("Beacon");
    for (const path of ["/services/vault", "/history", "/methodology", "/da/", ...faces]) {
      expect([path, await status(`/pages/from-here${path}`)]).toEqual([path, 200]);
    }
    expect(await status("/pages/from-here/services/beacon")).toBe(404);
    const summary = (await (await get("/pages/from-here/api/v2/summary.json")).json()) as {
      page: { name: string };
      components: { name: string }[];
    };
    expect(summary.page.name).toBe("Partners only");
    expect(summary.components.map(({ name }) => name)).toEqual(["The cellar", "The vault"]);
  });

  it("a network cannot be claimed in a header by whoever is no trusted proxy", async () => {
    expect(await status("/pages/from-afar/", { "X-Forwarded-For": "192.0.2.1" })).toBe(403);
  });

  it("for everybody is open to everybody, and shows no more than it names", async () => {
    const door = await get("/pages/for-all/enter");
    expect([door.status, door.headers.get("location")]).toEqual([303, "/pages/for-all/"]);
    expect((await get("/enter")).headers.get("location")).toBe("/");
    const html = await (await get("/pages/for-all/")).text();
    expect(html).toContain("Beacon");
    expect(html).not.toMatch(secrets);
  });

  it("takes reports of trouble with what it shows, of whoever may see it and nobody else", async () => {
    expect(await status("/pages/by-link/report")).toBe(401);
    const form = await (await get("/pages/from-here/da/report")).text();
    expect(form).toMatch(/<html lang="da-DK">[^]*name="service" value="vault"/);
    expect(form).not.toContain('value="beacon"');
    expect(await (await get("/report")).text()).not.toMatch(secrets);
    const said = { subject: "It is dark", message: "Since noon.", service: "vault", once: "1" };
    expect((await post("/pages/by-link/report", said)).status).toBe(401);
    expect((await post("/report", said)).status).toBe(422);
    const sent = await post("/pages/from-here/da/report", said);
    expect([sent.status, sent.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^\/pages\/from-here\/da\/report\?reference=REQ-\d{4}-\d{4}$/),
    ]);
  });

  it("that does not exist is none", async () => {
    expect(await status("/pages/no-such")).toBe(404);
    expect(await status("/pages/no-such/enter")).toBe(404);
  });

  it("opens by its link, until that is revoked", async () => {
    const { path, id } = await makeLink("by-link", "page");
    const entered = await get(path);
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/pages/by-link/"]);
    expect(entered.headers.get("set-cookie")).toMatch(/; Path=\/pages\/by-link; HttpOnly; SameSite=Lax$/);
    const Cookie = cookieOf(entered);
    expect(await (await get("/pages/by-link/", { Cookie })).text()).toContain("The vault");
    expect(await status("/pages/by-password/", { Cookie })).toBe(401);
    const key = path.slice("/pages/by-link/enter/".length);
    expect(await status(`/pages/by-link/feed.atom?key=${key}`)).toBe(200);
    expect(await status(`/pages/by-link/?key=${key}`)).toBe(401);
    for (const forged of [
      `${key}x`,
      key.replace(/^./, bent),
      key.replace(/.$/, bent),
      "x",
      `${id}.${"A".repeat(32)}`,
    ]) {
      const answer = await get(`/pages/by-link/enter/${forged}`);
      expect([forged, answer.status, answer.headers.get("set-cookie")]).toEqual([forged, 401, null]);
    }
    expect(await status(`/pages/by-sign-in/enter/${key}`)).toBe(401);
    const revoked = await post(
      `/console/pages/by-link/links/${id}/revocation`,
      { confirmed: "yes" },
      await inConsole(),
    );
    expect(revoked.status).toBe(303);
    expect(await status("/pages/by-link/", { Cookie })).toBe(401);
    expect(await status(`/pages/by-link/feed.atom?key=${key}`)).toBe(401);
    expect(await (await get(path)).text()).toContain("This link does not open the page");
  });

  it("is read by programs with a key for feeds, which opens nothing else", async () => {
    const { path, id } = await makeLink("by-sign-in", "feeds");
    const key = path.split("?key=")[1]!;
    for (const face of faces) {
      const answer = await get(`/pages/by-sign-in${face}?key=${key}`);
      expect([face, answer.status]).toEqual([face, 200]);
      expect(answer.headers.get("cache-control")).toBe("private, no-cache");
      expect(await status(`/pages/by-password${face}?key=${key}`)).toBe(401);
    }
    expect(await status(`/pages/by-sign-in/?key=${key}`)).toBe(401);
    expect(await status(`/pages/by-sign-in/enter/${key}`)).toBe(401);
    await post(`/console/pages/by-sign-in/links/${id}/revocation`, { confirmed: "yes" }, await inConsole());
    expect(await status(`/pages/by-sign-in/feed.atom?key=${key}`)).toBe(401);
  });

  it("leads from a feed to what it tells: an entry opens for whoever has its address, and nothing else does", async () => {
    const { path, id } = await makeLink("by-sign-in", "feeds");
    const key = path.split("?key=")[1]!;
    const page = "/pages/by-sign-in";
    const planned = await fetch(`${server.url}/api/v1/maintenance-windows`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        ...{ title: "New shelves", message: "The vault is closed.", services: ["vault"] },
        planned_start: new Date(Date.now() + 86_400_000).toISOString(),
        planned_end: new Date(Date.now() + 90_000_000).toISOString(),
      }),
    });
    expect(planned.status).toBe(201);
    const feed = await (await get(`${page}/feed.atom?key=${key}`)).text();
    expect(feed).toContain(`/pages/by-sign-in/feed.atom?key=${key}"`);
    const links = [
      ...feed.matchAll(/<link href="[^"]*?(\/pages\/by-sign-in\/(?:incidents|maintenance)\/[^"]+)"/g),
    ];
    expect(links.length).toBeGreaterThan(0);
    const [, entry = ""] = links[0]!;
    const opened = await get(entry);
    expect([opened.status, opened.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
    expect(opened.headers.get("set-cookie")).toBeNull();
    const [address, entryKey] = entry.split("?key=") as [string, string];
    // The key of the feed is not in it, and it opens no other page, no other language's door and no feed.
    expect(feed.split(key)).toHaveLength(2);
    expect(await status(address.replace(page, `${page}/da`) + `?key=${entryKey}`)).toBe(200);
    for (const other of [
      "/",
      "/history",
      "/services/vault",
      "/feed.atom",
      "/events",
      "/incidents/INC-2020-0001",
    ]) {
      expect([other, await status(`${page}${other}?key=${entryKey}`)]).toEqual([other, 401]);
    }
    expect(await status(`${address}?key=${key}`)).toBe(401);
    expect(await status(address.replace("by-sign-in", "by-link") + `?key=${entryKey}`)).toBe(401);
    await post(`/console/pages/by-sign-in/links/${id}/revocation`, { confirmed: "yes" }, await inConsole());
    expect(await status(entry)).toBe(401);
    // Whoever may see the page reads it still: the key that holds no more takes nothing away.
    const visit = await get("/console/pages/by-sign-in/visit", await inConsole());
    expect(await status(entry, { Cookie: cookieOf(visit) })).toBe(200);
  });

  it("opens by its password, until that is another one; and not to whoever goes on guessing", async () => {
    const door = "/pages/by-password/enter";
    expect((await post(door, { password: "" })).status).toBe(401);
    const set = async (password: string) =>
      (await post("/console/pages/by-password/password", { password }, await inConsole())).status;
    expect(await set("short")).toBe(422);
    expect(await set("the brass key hangs here")).toBe(303);
    const wrong = await post(door, { password: "the brass key hangs there", then: "/services/vault" });
    expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([401, null]);
    expect(await wrong.text()).toContain("This is not the password.");
    const entered = await post(door, { password: "the brass key hangs here", then: "/services/vault" });
    expect([entered.status, entered.headers.get("location")]).toEqual([
      303,
      "/pages/by-password/services/vault",
    ]);
    const Cookie = cookieOf(entered);
    expect(await status("/pages/by-password/", { Cookie })).toBe(200);
    for (const then of ["//evil.example", "https://evil.example", "/../console", "/enter/x"]) {
      const answer = await post(door, { password: "the brass key hangs here", then });
      expect([then, answer.headers.get("location")]).toEqual([then, "/pages/by-password/"]);
    }
    expect((await post(door, { password: "x" }, { Origin: "https://evil.example" })).status).toBe(403);
    expect(await set("another key hangs here now")).toBe(303);
    expect(await status("/pages/by-password/", { Cookie })).toBe(401);
    const atOnce = await Promise.all(
      Array.from({ length: 30 }, (_, i) => post(door, { password: `one of many ${i}` })),
    );
    const looked = atOnce.filter(({ status: answered }) => answered === 401).length;
    expect([looked < 10, looked + atOnce.filter(({ status: answered }) => answered === 429).length]).toEqual([
      true,
      30,
    ]);
    let guesses = 0;
    while ((await post(door, { password: `guess ${guesses}` })).status === 401 && guesses < 20) {
      guesses++;
    }
    expect(guesses).toBeLessThan(10);
    const late = await post(door, { password: "another key hangs here now" });
    expect([late.status, late.headers.get("set-cookie")]).toEqual([429, null]);
  });

  it("opens to whoever is signed in, until they leave", async () => {
    const visit = "/console/pages/by-sign-in/visit?then=/services/vault";
    const stranger = await get(visit);
    expect(stranger.headers.get("location")).toMatch(/^\/console\/sign-in\?then=/);
    const own = { Cookie: cookieOf(await post("/console/sign-in", { token })) };
    const entered = await get(visit, own);
    expect([entered.status, entered.headers.get("location")]).toEqual([
      303,
      "/pages/by-sign-in/services/vault",
    ]);
    const Cookie = cookieOf(entered);
    expect(await status("/pages/by-sign-in/services/vault", { Cookie })).toBe(200);
    expect(await status("/pages/by-link/", { Cookie })).toBe(401);
    const over = await post("/pages/by-sign-in/leave", {}, { Cookie });
    expect(over.headers.get("set-cookie")).toMatch(/^fn_page=; Max-Age=0; Path=\/pages\/by-sign-in/);
  });

  it("is looked after over the API, too: its links, told once with what lets in, and its password", async () => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const send = (method: string, path: string, body?: object) =>
      fetch(`${server.url}/api/v1/pages${path}`, {
        ...{ method, headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const { pages } = (await (await send("GET", "")).json()) as {
      pages: { slug: string; services: string[] }[];
    };
    expect(pages.map(({ slug }) => slug)).toEqual([
      ...["by-link", "by-password", "by-sign-in", "from-here", "from-afar", "for-all"],
    ]);
    expect(pages[0]!.services).toEqual(["vault"]);
    const made = await send("POST", "/by-link/links", { name: "Bo", days: 30 });
    expect(made.status).toBe(201);
    const { id, path, key } = (await made.json()) as Record<"id" | "path" | "key", string>;
    expect(await status(path)).toBe(303);
    expect(await status(`/pages/by-link/feed.json?key=${key}`)).toBe(200);
    const listed = await (await send("GET", "/by-link/links")).text();
    expect(listed).toContain(id);
    expect(listed).not.toContain(key);
    expect((await send("DELETE", `/by-password/links/${id}`)).status).toBe(404);
    expect((await send("DELETE", `/by-link/links/${id}`)).status).toBe(200);
    expect(await status(path)).toBe(401);
    for (const [method, address, body, refused] of [
      ["POST", "/by-password/links", { name: "Bo" }, 422],
      ["POST", "/by-link/links", { name: " " }, 422],
      ["POST", "/by-link/links", { name: "Bo", days: 0 }, 422],
      ["POST", "/no-such/links", { name: "Bo" }, 404],
      ["PUT", "/by-link/password", { password: "the brass key hangs here" }, 422],
      ["PUT", "/by-password/password", { password: "short" }, 422],
      ["PUT", "/by-password/password", { password: "the brass key hangs here" }, 200],
    ] as const) {
      expect([method, address, (await send(method, address, body)).status]).toEqual([
        method,
        address,
        refused,
      ]);
    }
  });

  it("is subscribed to by whoever may see it, who hears through its own door until that is shut", async () => {
    const { path, id } = await makeLink("by-link", "page");
    const Cookie = cookieOf(await get(path));
    const wish = { channel: "email", topics: "incidents", pace: "at_once", language: "en" };
    const form = "/pages/by-link/subscribe";
    const stranger = await post(form, { ...wish, address: "eve@acme.example" });
    expect([stranger.status, secrets.test(await stranger.text())]).toEqual([401, false]);
    const shown = await get(form, { Cookie });
    const html = await shown.text();
    expect(shown.headers.get("cache-control")).toBe("private, no-cache");
    expect(html).toContain("Partners only");
    expect(html).toContain('value="vault"');
    expect(html).not.toContain('value="beacon"');
    const others = await post(form, { ...wish, services: "beacon", address: "ada@acme.example" }, { Cookie });
    expect(others.status).toBe(422);
    const sent = await post(form, { ...wish, address: "ada@acme.example" }, { Cookie });
    expect([sent.status, sent.headers.get("location")]).toEqual([
      303,
      "/pages/by-link/subscribe/sent?to=email",
    ]);
    await expect.poll(() => mailbox.mails.length, { timeout: 20_000 }).toBe(1);
    const letter = mailbox.mails[0]!;
    expect([letter.to, letter.header("Subject")]).toEqual([
      ["ada@acme.example"],
      "Confirm that you want to hear from Partners only",
    ]);
    const own = /http\S+(\/pages\/by-link\/en\/subscription\/[\w.-]+)/.exec(letter.text)![1]!;
    expect((await post(`${own}/confirmation`, {})).status).toBe(303);
    expect(await (await get(own)).text()).toContain('value="vault"');
    expect(await status(own.replace("/pages/by-link/en", "/en"))).toBe(404);
    expect(await status(own.replace("by-link", "by-password"))).toBe(404);
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const services = [{ service: "vault", impact: "major_outage" }];
    const said = { title: "The vault is shut", state: "investigating", message: "We look.", services };
    const declared = await fetch(`${server.url}/api/v1/incidents`, {
      ...{ method: "POST", headers, body: JSON.stringify(said) },
    });
    expect(declared.status).toBe(201);
    await expect.poll(() => mailbox.mails.length, { timeout: 20_000 }).toBe(2);
    const follow = /http\S+(\/pages\/by-link\/en\/enter\/\S+\?then=\S+)/.exec(mailbox.mails[1]!.text)![1]!;
    const followed = await get(follow);
    const story = followed.headers.get("location")!;
    expect([followed.status, story]).toEqual([
      303,
      expect.stringMatching(/^\/pages\/by-link\/en\/incidents\/INC-/),
    ]);
    expect(await (await get(story, { Cookie: cookieOf(followed) })).text()).toContain("The vault is shut");
    await post(`/console/pages/by-link/links/${id}/revocation`, { confirmed: "yes" }, await inConsole());
    const shut = await (await get(own)).text();
    expect(shut).toContain("You may not see this page any more");
    expect(shut).not.toMatch(secrets);
    expect((await post(own, { ...wish, services: "vault" })).status).toBe(403);
    const over = await post(`${own}/end`, { "List-Unsubscribe": "One-Click" }, { Origin: "" });
    expect([over.status, secrets.test(await over.text())]).toEqual([200, false]);
  });

  it("at the root is closed like any other: to people, to programs, to whoever asks the API without a token", async () => {
    await installation.write(`${platform()}page: { access: [link, sign_in] }\n`);
    process.kill(server.pid, "SIGHUP");
    await expect.poll(() => status("/"), { timeout: 10_000 }).toBe(401);
    const open = ["/healthz", "/robots.txt", "/api/v1/openapi.json", "/console/sign-in", "/pages/for-all/"];
    for (const path of open) {
      expect([path, await status(path)]).toEqual([path, 200]);
    }
    const closed = [
      "/",
      "/da/",
      "/services/beacon",
      "/history",
      "/report",
      "/subscribe",
      "/methodology",
      "/problems",
    ];
    for (const path of [
      ...closed,
      "/events",
      "/pages/no-such",
      "/no-such",
      ...faces,
      "/api/v1/services",
      "/api/v1/summary",
    ]) {
      const answer = await get(path, { Accept: "text/html" });
      expect([
        path,
        answer.status,
        /beacon/i.test((await answer.text()).replaceAll(/services(%2F|\/)beacon/g, "")),
      ]).toEqual([path, 401, false]);
    }
    const refused = await get("/console/no-such", { Accept: "text/html", ...(await inConsole()) });
    expect([refused.status, /beacon/i.test(await refused.text())]).toEqual([404, false]);
    expect(await status("/api/v1/services", { Authorization: `Bearer ${token}` })).toBe(200);
    const { path, id } = await makeLink("public", "page");
    const Cookie = cookieOf(await get(path));
    const seen = ["/", "/services/beacon", "/report", "/subscribe", "/feed.atom", "/api/v2/summary.json"];
    for (const one of seen) {
      const answer = await get(one, { Cookie });
      expect([one, answer.status]).toEqual([one, 200]);
    }
    expect((await get("/", { Cookie })).headers.get("cache-control")).toBe("private, no-cache");
    const visited = await get("/console/pages/public/visit?then=/report", await inConsole());
    expect(visited.headers.get("location")).toBe("/report");
    expect(await status("/report", { Cookie: cookieOf(visited) })).toBe(200);
    await post(`/console/pages/public/links/${id}/revocation`, { confirmed: "yes" }, await inConsole());
    expect(await status("/", { Cookie })).toBe(401);
  });

  it("is told of in the audit with whatever opens it, and without what is secret", async () => {
    const audit = await (await get("/api/v1/audit?limit=100", { Authorization: `Bearer ${token}` })).text();
    expect(audit).toContain('\\"page\\":\\"by-link\\"');
    expect(audit).toContain("page by-password");
    expect(audit).not.toContain("brass key");
    expect(audit).not.toContain("argon2");
  });
});
