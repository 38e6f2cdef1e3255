import { createHash, randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { composeMailing } from "../../src/actions/compose-mailing.ts";
import { eraseReporter } from "../../src/actions/erase-reporter.ts";
import { receiveMail } from "../../src/actions/receive-mail.ts";
import { mostBytesAtOnce } from "../../src/domain/support/request-file.ts";
import { listAudit } from "../../src/store/audit.ts";
import { listMailings } from "../../src/store/mailings.ts";
import { getRequestFile, listRequestFiles } from "../../src/store/request-files.ts";
import { getRequest } from "../../src/store/requests.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { eachDatabase } from "../support/databases.ts";
import { agreeOnSupport } from "../support/requests.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const reference = "REQ-2026-0001";

eachDatabase("what comes with a mail of a customer", (database) => {
  let api: TestApi;
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, contracts, customers, services, tokens, people, platforms restart identity cascade`,
    );
    api = await testApi(database(), now);
    const { settings } = api.deps.board();
    await database().insert(platforms).values({ id: 1, settings, managedBy: "file", createdAt: 0 });
    await agreeOnSupport(api);
  });

  const mail = (attachments: { name: string; content: Uint8Array }[], over: object = {}) => ({
    ...{
      id: `<${crypto.randomUUID()}@acme.example>`,
      references: [],
      isAutomatic: false,
      to: [],
      report: null,
      attachments,
    },
    ...{ from: { name: "Ida Moe", address: "ida@acme.example" }, subject: "No light", text: "See picture." },
    ...over,
  });
  const receive = (...given: Parameters<typeof mail>) =>
    receiveMail(database(), api.deps.secretKey, mail(...given), now);
  const digest = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

  it("is kept whole, beside the words that it came with, and counted in the audit", async () => {
    const [picture, log] = [randomBytes(1_500_000), new TextEncoder().encode("one\r\n")];
    await receive([
      { name: "mørkt rum.png", content: picture },
      { name: "a.log", content: log },
    ]);
    await receive([{ name: "b.log", content: log }], {
      subject: `Re: [${reference}] No light`,
      text: "And this.",
    });
    expect(await listRequestFiles(database(), reference)).toEqual([
      { number: 1, step: 1, name: "mørkt rum.png", bytes: 1_500_000, refusal: null },
      { number: 2, step: 1, name: "a.log", bytes: 5, refusal: null },
      { number: 3, step: 2, name: "b.log", bytes: 5, refusal: null },
    ]);
    expect(digest((await getRequestFile(database(), reference, 1)).content)).toBe(digest(picture));
    expect((await getRequest(database(), reference)).steps[0]!.text).toBe("See picture.");
    const recorded = (await listAudit(database(), reference)).filter(({ event }) => event === "attached");
    expect(recorded.map(({ content }) => (JSON.parse(content) as { after: object }).after)).toEqual([
      { step: 1, files: 2, bytes: 1_500_005, notKept: 0 },
      { step: 2, files: 1, bytes: 5, notKept: 0 },
    ]);
    expect(JSON.stringify(recorded)).not.toContain("rum");
  });

  it("is named with its reason where it is too much, and whoever sent it is told", async () => {
    await receive([
      { name: "film.mov", content: new Uint8Array(mostBytesAtOnce + 1) },
      { name: "a.log", content: new Uint8Array(1) },
    ]);
    expect(await listRequestFiles(database(), reference)).toMatchObject([
      { name: "film.mov", refusal: "too_large" },
      { name: "a.log", refusal: null },
    ]);
    await expect(getRequestFile(database(), reference, 1)).rejects.toMatchObject({ code: "file_not_found" });
    const [receipt] = await listMailings(database());
    const office = {
      secretKey: api.deps.secretKey,
      baseUrl: null,
      supportMail: null,
      bounceMail: null,
      now: () => now,
    };
    const { text } = await composeMailing(database(), receipt!, office);
    expect(text).toContain("too large to be kept: film.mov.");
  });

  it("makes a request of a mail that says nothing else", async () => {
    await receive([{ name: "a.log", content: new Uint8Array(1) }], { subject: "", text: "" });
    expect(await getRequest(database(), reference)).toMatchObject({ subject: "a.log" });
  });

  it("is there once, however often the mail is handed over", async () => {
    const id = "<same@acme.example>";
    const files = [{ name: "a.log", content: new Uint8Array(1) }];
    await receive(files, { id });
    await receive(files, { id });
    expect(await listRequestFiles(database(), reference)).toHaveLength(1);
  });

  it("is saved by staff under its own name, and neither drawn nor run by their browsers", async () => {
    await receive([
      { name: "x\"'<b>ø).html", content: new TextEncoder().encode("<script>alert(1)</script>") },
    ]);
    const answer = await api.send("GET", `/api/v1/requests/${reference}/files/1`, undefined);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="x___b___.html"; filename*=UTF-8''x%22%27%3Cb%3E%C3%B8%29.html`,
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    });
    expect(await answer.text()).toBe("<script>alert(1)</script>");
    const told = (await (await api.send("GET", `/api/v1/requests/${reference}`, undefined)).json()) as object;
    expect(told).toMatchObject({ files: [{ number: 1, step: 1, bytes: 25, refusal: null }] });
    expect((await api.send("GET", `/api/v1/requests/${reference}/files/2`, undefined)).status).toBe(404);
    expect((await api.request(`/api/v1/requests/${reference}/files/1`)).status).toBe(401);
  });

  it("is gone with whoever sent it", async () => {
    await receive([{ name: "a.log", content: new Uint8Array(1) }], {
      from: { name: "Eve", address: "eve@home.example" },
    });
    const { reporter } = await getRequest(database(), reference);
    await eraseReporter(database(), reporter!, "Ann", now);
    expect(await listRequestFiles(database(), reference)).toEqual([]);
  });
});
