import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { keepEvidenceRoots, type RootKeeping } from "../../src/actions/keep-evidence-roots.ts";
import { makeEvidenceRoots } from "../../src/actions/make-evidence-roots.ts";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import { parseRootText } from "../../src/domain/monitoring/evidence-root.ts";
import type { EvidenceKeepers } from "../../src/domain/status/platform.ts";
import type { RootLine } from "../../src/evidence/format.ts";
import type { Database } from "../../src/store/database.ts";
import { listRootsBetween } from "../../src/store/evidence-roots.ts";
import { testApi } from "../support/api.ts";
import { boards } from "../support/boards.ts";
import { agree } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";
import {
  changed,
  day,
  evidenceWorld,
  forgetEvidence,
  hour,
  minute,
  resealed,
  verifyLines,
} from "../support/evidence.ts";
import {
  type MailReceiver,
  startMailReceiver,
  startCallReceiver,
  type CallReceiver,
} from "../support/receivers.ts";
import { startTimestampAuthority, type TimestampAuthority } from "../support/timestamp-authority.ts";

const monday = Date.UTC(2026, 10, 16);
const t0 = monday + 20 * hour;
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

eachDatabase("roots of evidence", (database) => {
  let db: Database;
  let mail: MailReceiver;
  let webhook: CallReceiver;
  let authority: TimestampAuthority;
  beforeAll(async () => {
    [mail, webhook, authority] = await Promise.all([
      startMailReceiver(),
      startCallReceiver(),
      startTimestampAuthority(),
    ]);
  });
  afterAll(() => Promise.all([mail.close(), webhook.close(), authority.close()]));
  beforeEach(async () => {
    db = database();
    await forgetEvidence(db);
    await db.execute(sql`truncate customers cascade`);
    mail.mails.length = 0;
  });

  const all = () => listRootsBetween(db, 0, Number.MAX_SAFE_INTEGER);
  const positions = async () =>
    (await all()).map(({ statement }) =>
      parseRootText(statement).chains.map(({ probe, sequence }) => [probe, sequence]),
    );

  it("are made once a day, each naming the one before, by when batches arrived, also after days of absence", async () => {
    const world = await evidenceWorld(db, t0 - hour, { locations: ["lisbon", "osaka"] });
    const lisbon = await world.probe("lisbon");
    const osaka = await world.probe("osaka");
    await lisbon.watch(t0, t0 + 8 * hour, [], { everyMs: hour });
    // Osaka's samples of Monday arrive on Tuesday.
    await osaka.watch(t0, t0 + 2 * hour, [], { everyMs: hour, lateMs: 5 * hour });
    expect(await makeEvidenceRoots(db, t0 + 4 * hour + minute)).toEqual([]);
    expect(await makeEvidenceRoots(db, t0 + 5 * hour)).toEqual([monday]);
    await packEvidence(db, t0 + 4 * day);
    await Promise.all([makeEvidenceRoots(db, t0 + 3 * day), makeEvidenceRoots(db, t0 + 3 * day)]);
    const roots = await all();
    expect(roots.map(({ day: of }) => of)).toEqual([monday, monday + day, monday + 2 * day]);
    expect(roots.map(({ statement }) => parseRootText(statement).previous)).toEqual([
      null,
      roots[0]!.root,
      roots[1]!.root,
    ]);
    // The batch that ended at midnight was received a moment after it.
    expect(await positions()).toEqual([
      [["lisbon-1", 3]],
      [
        ["lisbon-1", 8],
        ["osaka-1", 2],
      ],
      [
        ["lisbon-1", 8],
        ["osaka-1", 2],
      ],
    ]);
  });

  it("are the same whether the evidence was packed by then or not", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 8 * hour, [], { everyMs: hour / 2 });
    await makeEvidenceRoots(db, t0 + 2 * day);
    const loose = (await all()).map(({ root }) => root);
    await db.execute(sql`truncate evidence_roots`);
    await packEvidence(db, t0 + 4 * day);
    await makeEvidenceRoots(db, t0 + 2 * day);
    expect((await all()).map(({ root }) => root)).toEqual(loose);
  });

  it("tell a rewritten chain, a chain left out and exchanged rules from the honest ones", async () => {
    const world = await evidenceWorld(db, t0 - hour, { locations: ["lisbon", "osaka"] });
    const lisbon = await world.probe("lisbon");
    const osaka = await world.probe("osaka");
    for (const probe of [lisbon, osaka]) {
      await probe.watch(t0, t0 + 8 * hour, [], { everyMs: hour });
    }
    await world.settle(t0 + 8 * hour);
    await makeEvidenceRoots(db, t0 + 3 * day);
    const lines = await world.export({ from: t0 + 2 * hour, to: t0 + 7 * hour }, t0 + 3 * day);
    const honest = await verifyLines(lines);
    expect(honest).toMatchObject({ verified: true, faults: [] });
    expect(honest.roots.map(({ day: of }) => of)).toEqual(["2026-11-16", "2026-11-17"]);
    const kept = honest.roots[1]!.root;
    const [, second] = await all();
    const compared = await verifyLines(lines, { kept: [{ root: kept }, { text: second!.statement }] });
    expect(compared).toMatchObject({
      verified: true,
      keptRoots: [{ day: "2026-11-17" }, { day: "2026-11-17" }],
    });
    const stranger = await verifyLines(lines, { kept: [{ root: "ab".repeat(32) }] });
    expect(stranger.verified).toBe(false);

    const without = lines.filter((line) => !line.includes("osaka-1") || line.includes('"type":"root"'));
    const omitted = await verifyLines(resealed(without));
    expect(omitted.faults).toMatchObject([{ kind: "missing", probe: "osaka-1" }]);
    const soft = changed(lines, "header", (line) => ({
      ...line,
      checks: line.checks.map((check) => ({
        ...check,
        revisions: check.revisions.map((revision) => ({ ...revision, confirmDown: 100 })),
      })),
    }));
    expect((await verifyLines(resealed(soft))).faults).toMatchObject([{ kind: "rules" }]);
    const other = changed(lines, "root", (line: RootLine) => ({
      ...line,
      statement: line.statement.replace(/"digest":"..../, '"digest":"0000'),
    }));
    const rewritten = await verifyLines(resealed(other), { kept: [{ root: kept }] });
    expect(rewritten.faults.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["root_differs", "root"]),
    );
  });

  it("go to the contacts of every contract in force, though the platform names no keeper", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 5 * hour, [], { everyMs: hour });
    await agree(db, "acme-all", "covers: [beacon]\nrecipients: [legal@acme.example]", t0);
    const { evidence: _, ...settings } = boards.empty().settings;
    const keeping: RootKeeping = {
      settings: () => Promise.resolve(settings),
      transports: () => ({
        mail: { smtpUrl: mail.url, from: "status@acme.example" },
        webhookSecret: undefined,
      }),
      onFailure: (doing, where, reason) => expect.unreachable(`${doing} ${where}: ${reason}`),
    };
    await keepEvidenceRoots(db, keeping, t0 + 6 * hour);
    await keepEvidenceRoots(db, keeping, t0 + 7 * hour);
    expect(mail.mails.map(({ to }) => to)).toEqual([["legal@acme.example"]]);
    expect((await all())[0]!.sentAt).toBe(t0 + 6 * hour);
  });

  it("are stamped and sent once to everyone who keeps them, again only to those who had not taken them", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 5 * hour, [], { everyMs: hour });
    const keepers: EvidenceKeepers = {
      recipients: ["auditor@acme.example", "customer@acme.example"],
      webhook: { url: webhook.url, secret: "${env:SECRET}" },
      timestamp: authority.url,
    };
    const failures: string[] = [];
    const keeping: RootKeeping = {
      settings: () => Promise.resolve({ ...boards.empty().settings, evidence: keepers }),
      transports: () => ({
        mail: { smtpUrl: mail.url, from: "status@acme.example" },
        webhookSecret: secret,
      }),
      onFailure: (doing, where, reason) => failures.push(`${doing} ${where}: ${reason}`),
    };
    webhook.answer(503);
    authority.away(true);
    await keepEvidenceRoots(db, keeping, t0 + 6 * hour);
    expect(mail.mails.map(({ to }) => to)).toEqual([["auditor@acme.example"], ["customer@acme.example"]]);
    expect(failures).toHaveLength(2);
    expect((await all())[0]).toMatchObject({ sentAt: null, timestampToken: null });
    webhook.answer(204);
    authority.away(false);
    const before = webhook.calls.length;
    await keepEvidenceRoots(db, keeping, t0 + 7 * hour);
    await keepEvidenceRoots(db, keeping, t0 + 8 * hour);
    expect(mail.mails).toHaveLength(2);
    expect(webhook.calls).toHaveLength(before + 1);
    const [root] = await all();
    expect(root!.sentAt).toBe(t0 + 7 * hour);
    expect(mail.mails[0]!.text).toContain(root!.root);
    expect(mail.mails[0]!.text.replaceAll(/\s/g, "")).toContain(root!.statement.replaceAll(/\s/g, ""));

    const api = await testApi(db, t0 + 8 * hour);
    const answer = (await (await api.request("/api/v1/evidence/roots")).json()) as {
      roots: { day: string; root: string; timestamp: { signer: string } | null }[];
      next: string | null;
    };
    expect(answer).toMatchObject({ roots: [{ day: "2026-11-16", root: root!.root }], next: null });
    expect(answer.roots[0]!.timestamp!.signer).toContain("Acme Time");
    const verdict = await verifyLines(await world.export({ from: t0 }, t0 + 5 * hour), {
      authorities: authority.ca,
    });
    expect(verdict).toMatchObject({ verified: true, faults: [] });
    expect(verdict.roots[0]!.timestamp).toMatchObject({ trusted: true, wrong: null });
  });

  it("are given page by page, newest first", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + hour, [], { everyMs: hour });
    await makeEvidenceRoots(db, t0 + 5 * day);
    const api = await testApi(db, t0 + 5 * day);
    const page = async (query: string) =>
      (await (await api.request(`/api/v1/evidence/roots?${query}`)).json()) as {
        roots: { day: string; previous: string | null; root: string }[];
        next: string | null;
      };
    const first = await page("limit=2");
    expect(first.roots.map((root) => root.day)).toEqual(["2026-11-20", "2026-11-19"]);
    const second = await page(`limit=20&before=${first.next}`);
    expect(second.roots.map((root) => root.day)).toEqual(["2026-11-18", "2026-11-17", "2026-11-16"]);
    expect(first.roots[1]!.previous).toBe(second.roots[0]!.root);
    expect(second.next).toBeNull();
    expect((await api.request("/api/v1/evidence/roots?before=2026-99-99")).status).toBe(422);
  });
});
