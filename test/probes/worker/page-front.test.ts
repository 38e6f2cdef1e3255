/**
 * The Worker before the page, as it is deployed, in workerd: a server that answers, is silent, refuses, fails, and comes back; copies that
 * are pushed, and what is pushed by others.
 */
import { createServer, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { Miniflare } from "miniflare";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodePack, pushPaths, signPush } from "../../../probes/copy-push.ts";
import { parseSealed, printManifest, printSealed, type SealedManifest } from "../../../probes/page-copy.ts";
import { openSeal } from "../../../src/actions/report-seal.ts";
import { openPusher, type Pusher } from "../../../src/copy/push-copy.ts";
import { sealText } from "../../../src/evidence/report-seal.ts";
import { eachFile } from "../../../src/http/pages/compose-copy.ts";
import { boards } from "../../support/boards.ts";
import { seal, testCopies } from "../../support/page-copies.ts";
import { bundle, startWorkerd } from "./workerd.ts";

/** How the server behind the page answers. */
type Mood = "well" | "silent" | "failing" | "unreached" | "gone";

describe("the Worker before the page", () => {
  let workerd: Miniflare;
  let worker: string;
  let server: Server;
  let port: number;
  let mood: Mood = "well";
  let asked: { method: string; url: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  const sockets = new Set<Socket>();
  const board = boards.outage();
  board.settings = { ...board.settings, languages: ["en", "da"] };
  const copies = testCopies(board);
  let pusher: Pusher;

  const startServer = (): Promise<void> => {
    server = createServer((incoming, response) => {
      asked.push({ method: incoming.method!, url: incoming.url!, headers: incoming.headers });
      answerBy(mood, response);
    });
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    return new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  };
  const stopServer = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      sockets.forEach((socket) => socket.destroy());
    });

  beforeAll(async () => {
    port = 0;
    await startServer();
    port = (server.address() as AddressInfo).port;
    copies.advance(Date.now() - 90_000 - Date.UTC(2026, 10, 22, 13, 30, 12));
    workerd = await startWorkerd(await bundle(), {
      durableObjects: {
        LOCATIONS: { className: "ProbeLocation", useSQLite: true },
        PAGES: { className: "PageCopy", useSQLite: true },
      },
      bindings: {
        FOURNINES_SERVER: "",
        REGIONS: "",
        DNS_OVER_HTTPS: "http://127.0.0.1:1/",
        PAGE_ORIGIN: `http://127.0.0.1:${port}`,
        PAGE_KEY: seal.publicKey,
        PAGE_PATIENCE: "1s",
      },
    });
    worker = (await workerd.ready).origin;
    pusher = openPusher({ url: worker, sign: seal.sign, now: () => Date.now() });
  });
  afterAll(async () => {
    await workerd.dispose();
    await stopServer();
  });
  afterEach(async () => {
    if (mood === "gone") {
      await startServer();
    }
    mood = "well";
    asked = [];
  });

  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(worker + path, { method, redirect: "manual", headers: { accept: "text/html", ...headers } });

  /** Asks until the copy answers: what was looked up a moment ago holds for some seconds. */
  const askCopy = async (path: string, headers: Record<string, string> = {}) => {
    let answer = await ask(path, headers);
    await expect
      .poll(async () => {
        answer = await ask(path, headers);
        return answer.headers.has("fournines-copy");
      })
      .toBe(true);
    return answer;
  };

  it("says in four languages that the server does not answer, while no copy was pushed", async () => {
    mood = "unreached";
    const answer = await ask("/");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("30");
    expect((await answer.text()).trim().split("\n")).toHaveLength(4);
    const status = await ask("/status");
    expect(status.status).toBe(503);
    expect(await status.json()).toEqual({ locations: [], page: { at: null, files: 0, missing: null } });
  });

  it("takes a copy, what changed of the next one, and nothing twice", async () => {
    const first = await pusher.push(() => copies.make([]));
    expect(first.files).toBeGreaterThan(100);
    copies.advance(30_000);
    const second = await pusher.push(() => copies.make([]));
    expect(second.files).toBeLessThan(first.files / 3);
    // A server that was started again sends the manifest and learns that nothing is wanted.
    const again = openPusher({ url: worker, sign: seal.sign, now: () => Date.now() });
    copies.advance(1_000);
    expect((await again.push(() => copies.make([]))).bytes).toBeLessThan(first.bytes / 2);
    const status = (await (await ask("/status")).json()) as { page: { at: number; files: number } };
    expect(status.page).toMatchObject({ missing: null });
    expect(status.page.files).toBeGreaterThan(100);
  });

  it("passes everything on while the server answers, and says who asks", async () => {
    const answer = await ask("/console/incidents?x=1", { cookie: "fn_session=abc" });
    expect(answer.status).toBe(200);
    expect(answer.headers.has("fournines-copy")).toBe(false);
    expect(await answer.text()).toBe("the server itself");
    const posted = await ask("/report", { "content-type": "text/plain" }, "POST");
    expect(posted.status).toBe(303);
    expect(posted.headers.get("location")).toBe("/report?reference=1");
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /console/incidents?x=1",
      "POST /report",
    ]);
    expect(asked[0]!.headers).toMatchObject({ cookie: "fn_session=abc", "x-forwarded-proto": "http" });
  });

  it.each<Mood>(["failing", "unreached", "silent", "gone"])(
    "serves the copy with its age where the server is %s, and returns by itself",
    async (next) => {
      mood = next;
      if (next === "gone") {
        await stopServer();
      }
      const answer = await askCopy("/da/services/sign-in");
      expect(answer.status).toBe(200);
      expect(Number(answer.headers.get("age"))).toBeGreaterThan(30);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      const html = await answer.text();
      expect(html).toContain("Serveren bag denne side svarer ikke");
      expect(html).toMatch(/<span class="age"> \((?:i|for) .*(?:sekunder|minut).*\)<\/span>/);
      expect(html).not.toContain('class="away" hidden');
      expect(html).toContain('href="/da/"');
      expect(html).toMatch(/href="\/assets\/\w+\/page\.css"/);
      expect(html).not.toMatch(/(?:href|src)="[^"]*(?:\.\.\/|index\.html)/);
      if (next === "gone") {
        await startServer();
      }
      mood = "well";
      await expect
        .poll(async () => (await ask("/da/services/sign-in")).headers.has("fournines-copy"))
        .toBe(false);
    },
  );

  it("answers quickly while the server is silent, but for the one who finds out", async () => {
    mood = "silent";
    await askCopy("/");
    const began = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => ask("/services/beacon")));
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(asked.filter(({ url }) => url === "/services/beacon").length).toBeLessThanOrEqual(1);
  });

  it("serves the copy in the reader's language, its feeds, its badges and what old pages ask for", async () => {
    mood = "failing";
    const page = await askCopy("/", { "accept-language": "da-DK, en;q=0.5" });
    expect(await page.text()).toContain('<html lang="da-DK">');
    expect(await (await ask("/en/")).text()).toContain('<html lang="en-GB">');
    const summary = await ask("/api/v2/summary.json");
    expect(summary.headers.get("access-control-allow-origin")).toBe("*");
    expect(await summary.json()).toMatchObject({ page: { name: "Acme Cloud" } });
    const known = await ask("/api/v2/summary.json", { "if-none-match": summary.headers.get("etag")! });
    expect(known.status).toBe(304);
    expect((await ask("/badge/status.svg")).headers.get("content-type")).toContain("image/svg+xml");
    expect((await ask("/assets/000000000000/page.css")).status).toBe(200);
    const picture = await ask("/da/og.png");
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect((await ask("/apple-touch-icon.png")).headers.get("content-type")).toBe("image/png");
    const frame = await ask("/embed");
    expect(frame.headers.get("content-security-policy")).toContain("frame-ancestors *");
    expect(frame.headers.get("refresh")).toBe("60");
    const head = await ask("/feed.atom", {}, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("keeps nothing of what only the server has, and says that it cannot be reached", async () => {
    await (await ask("/console")).text();
    mood = "unreached";
    await askCopy("/");
    const page = await ask("/da/subscribe");
    expect(page.status).toBe(503);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(await page.text()).toContain("Det kan ikke nås i øjeblikket");
    expect(await (await ask("/console")).text()).not.toContain("the server itself");
    mood = "failing";
    // What the server itself says of what only it has stays its word.
    expect(await (await ask("/console")).text()).toBe("not at the moment");
    mood = "gone";
    await stopServer();
    expect((await ask("/report", {}, "POST")).status).toBe(502);
    expect((await ask("/events", { accept: "text/event-stream" })).status).toBe(503);
    const script = await ask("/api/v2/components/none.json", { accept: "*/*" });
    expect([script.status, script.headers.get("access-control-allow-origin")]).toEqual([503, "*"]);
  });

  describe("a push", () => {
    const sealedNow = async (): Promise<SealedManifest> => {
      copies.advance(1_000);
      return eachFile(copies.make([]), () => {});
    };
    const post = async (
      path: string,
      body: Uint8Array<ArrayBuffer>,
      sign = seal.sign,
      sentAt = Date.now(),
    ) => {
      const headers = await signPush({ method: "POST", path, body }, sentAt, sign);
      const answer = await fetch(worker + path, { method: "POST", headers, body });
      return { status: answer.status, ...((await answer.json()) as { problem?: string; wanted?: string[] }) };
    };
    const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
    const stranger = openSeal("the secret key of somebody else's server");

    it("is refused without the signature of the server, or with an old one", async () => {
      const body = bytes(printSealed(await sealedNow()));
      const unsigned = await fetch(worker + pushPaths.manifest, { method: "POST", body });
      expect(unsigned.status).toBe(401);
      expect(await post(pushPaths.manifest, body, stranger.sign)).toMatchObject({ status: 401 });
      expect(await post(pushPaths.manifest, body, seal.sign, Date.now() - 600_000)).toMatchObject({
        status: 401,
      });
      expect((await fetch(worker + pushPaths.manifest)).status).toBe(405);
    });

    it("is refused where the seal is another's, or is not over this manifest", async () => {
      const { text, manifest } = await sealedNow();
      const forged = printSealed({ text, seal: sealText(text, stranger) });
      expect(await post(pushPaths.manifest, bytes(forged))).toMatchObject({ status: 403 });
      const changed = printManifest({ ...manifest, platform: "Another" });
      const moved = printSealed({ text: changed, seal: sealText(text, seal) });
      expect(await post(pushPaths.manifest, bytes(moved))).toMatchObject({ status: 403 });
      expect(await post(pushPaths.manifest, bytes("no manifest"))).toMatchObject({ status: 422 });
    });

    it("never brings an older copy back, nor one of a time to come", async () => {
      const older = printSealed(await sealedNow());
      copies.advance(1_000);
      await pusher.push(() => copies.make([]));
      expect(await post(pushPaths.manifest, bytes(older))).toMatchObject({
        status: 409,
        problem: "a later copy is kept already",
      });
      const { manifest } = parseSealed(older);
      const text = printManifest({ ...manifest, at: Date.now() + 86_400_000 });
      const ahead = printSealed({ text, seal: sealText(text, seal) });
      expect(await post(pushPaths.manifest, bytes(ahead))).toMatchObject({ status: 409 });
    });

    it("of several servers at once leaves the latest copy, whole, whoever was first", async () => {
      const older = await sealedNow();
      const [one, two] = [1, 2].map(() =>
        openPusher({ url: worker, sign: seal.sign, now: () => Date.now() }),
      );
      copies.advance(1_000);
      const later = await sealedNow();
      // What comes in between the manifest and the files of the later one.
      const offered = await post(pushPaths.manifest, bytes(printSealed(later)));
      expect(offered.wanted!.length).toBeGreaterThan(0);
      expect(await post(pushPaths.manifest, bytes(printSealed(older)))).toMatchObject({
        ...{ status: 409, problem: "a later copy is on its way already" },
      });
      copies.advance(1_000);
      const ends = await Promise.allSettled([
        one!.push(() => copies.make([])),
        two!.push(() => copies.make([])),
      ]);
      expect(ends.some(({ status }) => status === "fulfilled")).toBe(true);
      const status = (await (await ask("/status")).json()) as {
        page: { at: number; missing: number | null };
      };
      expect(status.page.missing).toBeNull();
      expect(status.page.at).toBeGreaterThan(later.manifest.at);
      mood = "failing";
      expect(await (await askCopy("/en/")).text()).toContain("Acme Cloud");
    });

    it("withdraws what was pushed before, for good: nothing older comes back, and a new one does", async () => {
      const before = printSealed(await sealedNow());
      await pusher.push(() => copies.make([]));
      copies.advance(1_000);
      const withdrawal = await eachFile(copies.withdraw(), () => {});
      const body = bytes(printSealed(withdrawal));
      expect(await post(pushPaths.manifest, body, stranger.sign)).toMatchObject({ status: 401 });
      const forged = printSealed({ text: withdrawal.text, seal: sealText(withdrawal.text, stranger) });
      expect(await post(pushPaths.manifest, bytes(forged))).toMatchObject({ status: 403 });
      expect(await post(pushPaths.manifest, body)).toMatchObject({ status: 200, isKept: true });
      const status = await ask("/status");
      expect([status.status, await status.json()]).toMatchObject([
        200,
        { page: { at: withdrawal.manifest.at, files: 0, missing: null } },
      ]);
      mood = "failing";
      await expect.poll(async () => (await ask("/")).headers.has("fournines-copy")).toBe(false);
      for (const path of ["/", "/da/services/sign-in", "/feed.atom", "/og.png"]) {
        const answer = await ask(path);
        expect([path, answer.status, await answer.text()]).toEqual([path, 503, "not at the moment"]);
      }
      mood = "unreached";
      expect(await (await ask("/")).text()).not.toContain("Acme");
      expect(await post(pushPaths.manifest, bytes(before))).toMatchObject({ status: 409 });
      // Said once more it changes nothing, and keeps no later copy off.
      expect(await post(pushPaths.manifest, body)).toMatchObject({ status: 200, isKept: true });
      mood = "well";
      copies.advance(1_000);
      expect((await pusher.push(() => copies.make([]))).files).toBeGreaterThan(100);
      expect(await post(pushPaths.manifest, body)).toMatchObject({ status: 409 });
      mood = "failing";
      expect((await askCopy("/da/services/sign-in")).status).toBe(200);
    });

    it("is refused when it is too large, holds what no manifest names, or unpacks to something else", async () => {
      expect(await declaring(17 * 1024 * 1024, worker + pushPaths.files)).toBe(413);
      const sealed = await sealedNow();
      const { wanted } = await post(pushPaths.manifest, bytes(printSealed(sealed)));
      const gzip = new Uint8Array(gzipSync("something else"));
      const strange = encodePack([{ sha256: "ab".repeat(32), gzip }]);
      expect(await post(pushPaths.files, strange)).toMatchObject({ status: 422 });
      const other = encodePack([{ sha256: wanted![0]!, gzip }]);
      expect(await post(pushPaths.files, other)).toMatchObject({ status: 422 });
      // More than the manifest says is not unpacked to its end.
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
      expect(await post(pushPaths.files, encodePack([{ sha256: wanted![0]!, gzip: bomb }]))).toMatchObject({
        status: 422,
      });
      expect(await post(pushPaths.files, bytes("[[1,2]]\n"))).toMatchObject({ status: 422 });
      mood = "failing";
      expect((await askCopy("/")).status).toBe(200);
    });
  });
});

/** Status of the answer to a push that says how long it is, before any of it is sent. */
function declaring(length: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers: { "content-length": length } }, (response) => {
      resolve(response.statusCode!);
      sent.destroy();
    });
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

function answerBy(mood: Mood, response: ServerResponse): void {
  switch (mood) {
    case "well":
      if (response.req.method === "POST") {
        response.writeHead(303, { location: "/report?reference=1" }).end();
      } else {
        response.writeHead(200, { "content-type": "text/html" }).end("the server itself");
      }
      break;
    case "unreached":
      response.writeHead(502).end("a proxy's own words");
      break;
    case "failing":
      response.writeHead(503).end("not at the moment");
      break;
    default:
      // Silent: the connection stays open, and nothing comes.
      break;
  }
}
