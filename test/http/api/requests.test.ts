import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { composeMailing } from "../../../src/actions/compose-mailing.ts";
import { escalateRequests } from "../../../src/actions/escalate-requests.ts";
import { runningClocks } from "../../../src/actions/running-clocks.ts";
import { checkAuditChain, listAudit } from "../../../src/store/audit.ts";
import { listMailings } from "../../../src/store/mailings.ts";
import { platforms } from "../../../src/store/tables/watched.ts";
import { boardAt, type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { agreeOnSupport, rawMail } from "../../support/requests.ts";
import { insertServices } from "../../support/services.ts";

/** Wednesday, noon in Copenhagen. */
const now = Date.parse("2026-06-10T10:00:00Z");
const hourMs = 3_600_000;

interface Told {
  status: number;
  code: string;
  errors: { pointer: string }[];
  reference: string;
  state: string;
  customer: string | null;
  contract: string | null;
  reporter: string;
  priority: string | null;
  language: string;
  outcome: string;
  subject: string;
  clocks: { kind: string; state: string; due_at: string; ended_at: string | null }[];
  steps: { step: string; value: string; text: string; author: string }[];
  requests: { reference: string }[];
  next: string | null;
}

onPostgres("requests over the API", (database) => {
  let api: TestApi;
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, incidents, services, platforms, contracts, customers, tokens restart identity cascade`,
    );
    api = await testApi(database(), now);
    const { settings } = boardAt(now);
    await database()
      .insert(platforms)
      .values({ id: 1, settings, managedBy: "file", createdAt: now } as never);
    await insertServices(database(), ["beacon", "lamp"]);
    await agreeOnSupport(api);
  });

  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await api.send(method, `/api/v1${path}`, body, headers);
    return { ...((await answer.json()) as Told), status: answer.status, headers: answer.headers };
  };
  const report = (over: object = {}, headers?: Record<string, string>) =>
    send("POST", "/requests", { subject: "No sign-in", message: "Since noon.", ...over }, headers);
  const step = (reference: string, body: object, headers?: Record<string, string>) =>
    send("POST", `/requests/${reference}/steps`, body, headers);
  const deliver = (raw: string) => send("POST", "/requests/mail", raw, { "Content-Type": "message/rfc822" });
  const mails = async () =>
    Promise.all(
      (await listMailings(database())).map((mailing) =>
        composeMailing(database(), mailing, {
          ...{
            secretKey: "s",
            baseUrl: "https://acme.example",
            supportMail: "support@fournines.example",
            bounceMail: null,
          },
          now: () => now,
        }),
      ),
    );

  it("are logged under a reference, with the contract's first priority and its clocks", async () => {
    const made = await report({ customer: "acme" });
    expect(made).toMatchObject({
      ...{ status: 201, reference: "REQ-2026-0001", state: "new", contract: "acme-all", priority: "high" },
      clocks: [
        { kind: "response", state: "running", due_at: "2026-06-10T11:00:00.000Z" },
        { kind: "resolution", state: "running", due_at: "2026-06-10T12:00:00.000Z" },
      ],
      steps: [{ step: "opened", value: "high", text: "Since noon." }],
    });
    expect(made.headers.get("Location")).toBe("/api/v1/requests/REQ-2026-0001");
    expect((await report({ customer: "beta" })).reference).toBe("REQ-2026-0002");
  });

  it("of a customer with twelve working hours are due a day and a half later, in their language", async () => {
    const made = await report({ customer: "beta" });
    expect(made).toMatchObject({ priority: null, language: "da" });
    expect(made.clocks).toEqual([
      expect.objectContaining({ kind: "response", due_at: "2026-06-11T14:00:00.000Z" }),
    ]);
  });

  it("of customers without a plan, and of nobody known, are logged all the same, without a clock", async () => {
    expect(await report({ customer: "gamma" })).toMatchObject({ status: 201, contract: null, clocks: [] });
    expect(await report({ mail: "zoe@nowhere.example" })).toMatchObject({ customer: null, clocks: [] });
  });

  it("belong to the customer whose named contact reports them", async () => {
    expect(await report({ mail: "IDA@acme.example", name: "Ida" })).toMatchObject({ customer: "acme" });
  });

  it("are made once for a key, however often it is sent", async () => {
    const key = { "Idempotency-Key": "one" };
    const both = [await report({ customer: "acme" }, key), await report({ customer: "acme" }, key)];
    expect(both.map(({ reference }) => reference)).toEqual(["REQ-2026-0001", "REQ-2026-0001"]);
    expect((await send("GET", "/requests")).requests).toHaveLength(1);
  });

  it("are refused with the fault at its field", async () => {
    const bad = [
      report({ subject: " " }),
      report({ message: "" }),
      report({ mail: "nobody" }),
      report({ customer: "none" }),
      report({ customer: "acme", contract: "beta-all" }),
      report({ customer: "acme", priority: "p1" }),
      report({ service: "none" }),
    ];
    expect((await Promise.all(bad)).map(({ status, errors }) => [status, errors[0]?.pointer])).toEqual(
      ["/subject", "/message", "/mail", "/customer", "/contract", "/priority", "/service"].map((pointer) => [
        422,
        pointer,
      ]),
    );
    expect((await send("GET", "/requests")).requests).toEqual([]);
  });

  it("are answered, wait, are prioritised and solved, and their clocks follow", async () => {
    const { reference } = await report({ customer: "acme", mail: "ida@acme.example" });
    api.clock.now += 0.5 * hourMs;
    const waiting = await step(reference, { step: "answered", text: "Which browser?", waits: true });
    expect(waiting).toMatchObject({ status: 201, state: "waiting" });
    expect(waiting.clocks.map(({ kind, state }) => [kind, state])).toEqual([
      ["response", "met"],
      ["resolution", "paused"],
    ]);
    api.clock.now += hourMs;
    const heard = await step(reference, { step: "heard", text: "Firefox." });
    expect(heard).toMatchObject({ state: "open", clocks: [{ state: "met" }, { state: "running" }] });
    // An hour of standing still is added.
    expect(Date.parse(heard.clocks[1]!.due_at)).toBeGreaterThanOrEqual(now + 3 * hourMs);
    const normal = await step(reference, { step: "prioritised", priority: "normal", text: "One person." });
    expect(normal).toMatchObject({ priority: "normal" });
    expect(await step(reference, { step: "prioritised", priority: "p1" })).toMatchObject({
      ...{ status: 422, errors: [{ pointer: "/priority" }] },
    });
    const solved = await step(reference, { step: "answered", text: "Try again.", solved: true });
    expect(solved).toMatchObject({ state: "resolved", clocks: [{ state: "met" }, { state: "met" }] });
    expect(await step(reference, { step: "paused" })).toMatchObject({
      status: 409,
      code: "request_resolved",
    });
    expect((await mails()).map(({ to, subject }) => [to, subject])).toEqual([
      ["ida@acme.example", "[REQ-2026-0001] No sign-in"],
      ["ida@acme.example", "[REQ-2026-0001] No sign-in"],
      ["ida@acme.example", "[REQ-2026-0001] No sign-in"],
    ]);
    const kept = JSON.stringify(await listAudit(database(), reference));
    expect(kept).not.toMatch(/ida@|Firefox|Since noon/);
    expect((await checkAuditChain(database())).brokenAt).toBeNull();
  });

  it("tell whoever was slower that somebody has been there", async () => {
    const { reference } = await report({ customer: "acme" });
    const seen = { "If-Match": (await send("GET", `/requests/${reference}`)).headers.get("etag")! };
    expect(seen["If-Match"]).toBe('"1"');
    expect((await step(reference, { step: "noted", text: "Mine." }, seen)).status).toBe(201);
    const late = await step(reference, { step: "answered", text: "Mine, too." }, seen);
    expect(late).toMatchObject({ status: 412, code: "version_changed" });
    const looked = { "If-Match": (await send("GET", `/requests/${reference}`)).headers.get("etag")! };
    expect((await step(reference, { step: "answered", text: "Mine, too." }, looked)).status).toBe(201);
  });

  it("are linked to incidents, given a release, assigned and looked for", async () => {
    const { reference } = await report({ mail: "zoe@nowhere.example" });
    const incident = await send("POST", "/incidents", { title: "Sign-in fails", message: "We look." });
    await step(reference, { step: "linked", incident: incident.reference });
    expect((await send("GET", `/requests?incident=${incident.reference}`)).requests).toHaveLength(1);
    expect(await step(reference, { step: "linked", incident: "INC-2026-0099" })).toMatchObject({
      status: 404,
    });
    await step(reference, { step: "released", release: "2.14, https://acme.example/2.14" });
    const assigned = await step(reference, { step: "assigned", customer: "acme", contract: "acme-all" });
    expect(assigned).toMatchObject({ customer: "acme", priority: "high", clocks: [{}, {}] });
    expect((await send("GET", "/requests?customer=acme&state=new")).requests).toHaveLength(1);
    expect((await send("GET", "/requests?q=sign-IN")).requests).toHaveLength(1);
    expect((await send("GET", "/requests?state=resolved")).requests).toEqual([]);
  });

  it("come in pages", async () => {
    for (let i = 0; i < 3; i++) {
      await report({ customer: "acme", subject: `Number ${i}` });
    }
    const first = await send("GET", "/requests?limit=2");
    expect([first.requests.map(({ reference }) => reference.slice(-1)), first.next]).toEqual([
      ["3", "2"],
      "REQ-2026-0002",
    ]);
    const second = await send("GET", `/requests?limit=2&before=${first.next}`);
    expect([second.requests.length, second.next]).toEqual([1, null]);
  });

  it("run clocks that are listed most urgent first: missed, at next, standing still", async () => {
    const late = await report({ customer: "acme" });
    api.clock.now += 1.2 * hourMs;
    const next = await report({ customer: "acme" });
    const far = await report({ customer: "beta" });
    await step(far.reference, { step: "paused", text: "Waits." });
    const clocks = await runningClocks(database(), api.clock.now);
    expect(clocks.map(({ reference, kind, reading }) => [reference, kind, reading.state])).toEqual([
      [late.reference, "response", "missed"],
      [late.reference, "resolution", "running"],
      [next.reference, "response", "running"],
      [next.reference, "resolution", "running"],
      [far.reference, "response", "paused"],
    ]);
    const told = await api.send("GET", "/api/v1/response-clocks", undefined);
    expect(((await told.json()) as { clocks: unknown[] }).clocks).toHaveLength(5);
  });

  it("of incidents run under every contract that they touch, told once for the same time", async () => {
    const services = [{ service: "beacon", impact: "major_outage" }];
    await send("POST", "/incidents", { title: "Down", message: "We look.", services });
    const clocks = await runningClocks(database(), api.clock.now);
    expect(clocks).toEqual([
      expect.objectContaining({
        ...{ about: "incident", reference: "INC-2026-0001", kind: "resolution", contracts: ["acme-all"] },
        ...{ priority: "high", reading: expect.objectContaining({ dueAt: now + 2 * hourMs }) as unknown },
      }),
    ]);
  });

  it("that nobody solves are lifted to whom the contract names, once", async () => {
    const { reference } = await report({ customer: "acme" });
    expect(await escalateRequests(database(), now + 4 * hourMs - 1)).toBe(0);
    expect(await escalateRequests(database(), now + 4 * hourMs)).toBe(1);
    expect(await escalateRequests(database(), now + 9 * hourMs)).toBe(0);
    const { steps } = await send("GET", `/requests/${reference}`);
    expect(steps.at(-1)).toMatchObject({ step: "escalated", value: "Management", author: "clock" });
  });

  it("come by mail, once however often it is handed over, and tell their reference", async () => {
    const raw = rawMail({ "Message-ID": "<one@acme.example>" }, "Since noon.\n\n-- \nIda");
    const opened = await deliver(raw);
    expect(opened).toMatchObject({ status: 200, outcome: "opened", reference: "REQ-2026-0001" });
    expect(await deliver(raw)).toMatchObject({ outcome: "known", reference: "REQ-2026-0001" });
    const made = await send("GET", "/requests/REQ-2026-0001");
    expect(made).toMatchObject({
      customer: "acme",
      subject: "Nobody can sign in",
      steps: [{ text: "Since noon." }],
    });
    const [receipt] = await mails();
    expect(receipt).toMatchObject({ to: "ida@acme.example", replyTo: "support@fournines.example" });
    expect(receipt!.text).toContain("REQ-2026-0001");
    expect(receipt!.text).toContain("10 June 2026");
  });

  it("are added to by whoever made them, and by the customer's contacts; by nobody else", async () => {
    const { reference } = await deliver(rawMail({}, "Help."));
    const answer = (from: string) =>
      deliver(
        rawMail(
          { From: from, Subject: `Re: [${reference}] Nobody can sign in` },
          "More.\n\nOn Monday we wrote:\n> Help.",
        ),
      );
    expect(await answer("ida@acme.example")).toMatchObject({ outcome: "added", reference });
    expect(await answer("Ole <ole@acme.example>")).toMatchObject({ outcome: "added", reference });
    expect(await answer("eve@elsewhere.example")).toMatchObject({
      outcome: "opened",
      reference: "REQ-2026-0002",
    });
    const { steps } = await send("GET", `/requests/${reference}`);
    expect(steps.map((one) => [one.step, one.text])).toEqual([
      ["opened", "Help."],
      ["heard", "More."],
      ["heard", "More."],
    ]);
  });

  it("are not made of what machines send, and of nobody's mail", async () => {
    expect(await deliver(rawMail({ "Auto-Submitted": "auto-replied" }, "I am away."))).toMatchObject({
      outcome: "ignored",
    });
    expect(await deliver(rawMail({ From: "nobody" }, "Hm."))).toMatchObject({
      status: 422,
      code: "mail_unreadable",
    });
    expect((await send("GET", "/requests")).requests).toEqual([]);
  });

  it("forget who made them on request, and nothing of when", async () => {
    const { reference, reporter } = await report({ mail: "zoe@nowhere.example", name: "Zoe" });
    await step(reference, { step: "answered", text: "Dear Zoe, it works." });
    expect((await send("DELETE", `/reporters/${reporter}`)).status).toBe(200);
    const told = await send("GET", `/requests/${reference}`);
    expect(told.steps.map((one) => [one.step, one.text])).toEqual([
      ["opened", "–"],
      ["answered", "–"],
    ]);
    const everything = await Promise.all(
      ["reporters", "requests", "request_steps", "mailings", "audit_entries"].map((table) =>
        database().execute(sql.raw(`select * from ${table}`)),
      ),
    );
    expect(JSON.stringify(everything)).not.toMatch(/zoe/i);
    expect((await listMailings(database())).map(({ state }) => state)).toEqual(["withdrawn", "withdrawn"]);
    // Whoever writes again is somebody new.
    expect((await report({ mail: "zoe@nowhere.example" })).reporter).not.toBe(reporter);
  });
});
