import { beforeEach, expect, it } from "vitest";
import { sql } from "drizzle-orm";
import { applyPlatform, previewPlatform } from "../../src/actions/apply-platform.ts";
import { archiveAgreement, putAgreed } from "../../src/actions/record-agreements.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { planInWords } from "../../src/domain/status/platform-plan.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { findPolicy, policyNames } from "../../src/platform-file/policies.ts";
import {
  listCalendarRevisions,
  listRecordedVersions,
  listWatchedServices,
  readAgreements,
} from "../../src/store/agreements.ts";
import type { Database } from "../../src/store/database.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const file = (contract: string, rest = "") =>
  parsePlatformFile(
    `platform: { name: Acme, time_zone: Europe/Copenhagen }
groups: { product: Product }
services: { beacon: { group: product, checks: { web: { http: https://beacon.example/, counts: false } } } }
calendars:
  office: { hours: { mon-fri: [09:00-12:00, 12:30-17:00] }, holidays: [DK, GB-NIR], closed: [2026-06-05, 2026-07-13..2026-07-26] }
customers:
  acme: { name: Acme A/S, language: da, recipients: [it@acme.example], contacts: [{ name: Ada Berg, phone: "+45 70 00 00 00" }] }
contracts:
  acme-all: { customer: acme, starts: 2026-01-01, service_hours: office, ${contract} }
${rest}`,
    { file: "platform.yaml", capabilities: { icmp: false } },
  );

eachDatabase("agreements in the database", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate platforms, check_revisions, checks, services, service_groups, locations, contract_versions, contracts, customers, calendar_revisions, calendars restart identity cascade`,
    );
  });

  it("come back as they were written, to the last clause of every policy", async () => {
    const contracts = policyNames()
      .map((name) => `  ${name}-1: { customer: acme, starts: 2026-02-01, policy: ${name} }\n`)
      .join("");
    const wanted = file("target: 99.99, fee: 4000.00 DKK, credit: { table: cloud-zones }", contracts);
    await applyPlatform(db, wanted, now);
    const standing = await readAgreements(db);
    const { agreements } = wanted;
    expect([...standing.calendars.values()].map((one) => one.wanted)).toEqual(agreements!.calendars);
    expect([...standing.customers.values()].map((one) => one.wanted)).toEqual(agreements!.customers);
    for (const { slug, particulars, versions } of agreements!.contracts) {
      const known = standing.contracts.get(slug)!;
      expect(known.particulars).toEqual(particulars);
      expect(known.versions.map(({ effectiveAt, clauses }) => ({ effectiveAt, clauses }))).toEqual(
        versions.map(({ effectiveAt, clauses }) => ({ effectiveAt, clauses })),
      );
      expect(known.versions[0]).toMatchObject({ author: "platform file", recordedAt: now, holidayEdition });
    }
    expect(findPolicy("pindena-no")).toBeDefined();
    expect((await applyPlatform(db, wanted, now + 1)).changes).toEqual([]);
  });

  it("show what would change clause by clause, in words, and change nothing in a dry run", async () => {
    await applyPlatform(db, file("target: 99.99"), now);
    const later = file(
      "target: 99.99, versions: [{ effective: 2026-07-01, reason: More, target: 99.995, unknown: down }]",
    );
    const words = planInWords(await previewPlatform(db, later, now));
    expect(words).toEqual([
      '~ contract acme-all  from 2026-07-01: target: "at least 99.99 %" → "at least 99.995 %", ' +
        'from 2026-07-01: unknown: "unmeasured time counts as available" → "unmeasured time counts as downtime"',
    ]);
    expect(await listRecordedVersions(db, "acme-all")).toHaveLength(1);
    expect((await previewPlatform(db, later, now)).warnings).toEqual([
      'contract acme-all: Promised but not monitored: "beacon", none of its checks counts.',
    ]);
    await applyPlatform(db, later, now);
    expect(await listRecordedVersions(db, "acme-all")).toHaveLength(2);
  });

  it("keep every record of a version that was still to come", async () => {
    const later = (target: string) =>
      file(`target: 99.99, versions: [{ effective: 2026-07-01, reason: More, target: ${target} }]`);
    await applyPlatform(db, later("99.995"), now);
    await applyPlatform(db, later("99.9"), now + 1);
    await applyPlatform(db, file("target: 99.99"), now + 2);
    const records = await listRecordedVersions(db, "acme-all");
    expect(records.map(({ revision, clauses }) => [revision, clauses?.targetPercent ?? "withdrawn"])).toEqual(
      [
        [1, "99.99"],
        [1, "99.995"],
        [2, "99.9"],
        [3, "withdrawn"],
      ],
    );
    expect((await readAgreements(db)).contracts.get("acme-all")!.versions).toHaveLength(1);
  });

  it("are refused whole where terms that were in force would change", async () => {
    await applyPlatform(db, file("target: 99.99"), now);
    const other = { ...file("target: 99.9"), groups: [] };
    await expect(applyPlatform(db, other, now)).rejects.toMatchObject({
      code: "promises_kept",
      fields: [{ pointer: "/contracts/acme-all", detail: expect.stringContaining("effective 2026-07-01") }],
    });
    const standing = await readAgreements(db);
    expect(standing.contracts.get("acme-all")!.versions[0]!.clauses.targetPercent).toBe("99.99");
  });

  it("are archived with the file that said them, and taken up again", async () => {
    const wanted = file("target: 99.99");
    await applyPlatform(db, wanted, now);
    const { agreements: _, ...rest } = wanted;
    await applyPlatform(db, rest, now + 1);
    expect((await readAgreements(db)).contracts.get("acme-all")!.archived).toBe(true);
    const { changes } = await applyPlatform(db, wanted, now + 2);
    expect(changes.map(({ verb, noun }) => `${verb} ${noun}`)).toEqual([
      "revive calendar",
      "revive customer",
      "revive contract",
    ]);
    expect(await listRecordedVersions(db, "acme-all")).toHaveLength(1);
  });

  it("are put by one person at a time: two at once wait for each other", async () => {
    const { customers } = file("target: 99.99").agreements!;
    const put = (name: string) =>
      putAgreed(db, { noun: "customer", wanted: { ...customers[0]!, name } }, "Ada", now);
    const plans = await Promise.all([put("One"), put("Two")]);
    expect(plans.map(({ changes }) => changes[0]!.verb).sort()).toEqual(["add", "change"]);
    await expect(archiveAgreement(db, "contract", "acme-all", "Ann", now)).rejects.toMatchObject({
      code: "contract_not_found",
    });
    await archiveAgreement(db, "customer", "acme", "Ann", now);
    expect((await readAgreements(db)).customers.get("acme")!.archived).toBe(true);
  });

  it("are made once: of two who add one of the same name at once the second is told", async () => {
    const [office] = file("target: 99.99").agreements!.calendars;
    const add = (author: string) =>
      putAgreed(db, { noun: "calendar", wanted: office! }, author, now, { edition: null });
    const [first, second] = await Promise.allSettled([add("Ada"), add("Ann")]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    const refused = [first, second].find((one) => one.status === "rejected")!;
    expect(refused.reason).toMatchObject({ code: "calendar_exists", fields: [{ pointer: "/slug" }] });
    expect((await listCalendarRevisions(db, "office")).map(({ author }) => author)).toEqual([
      first.status === "fulfilled" ? "Ada" : "Ann",
    ]);
    await archiveAgreement(db, "calendar", "office", "Ada", now);
    expect((await add("Ann")).changes[0]!.verb).toBe("revive");
  });

  it("look at services with their checks in force", async () => {
    await applyPlatform(db, file("target: 99.99"), now);
    expect(await listWatchedServices(db)).toEqual([
      {
        slug: "beacon",
        groupSlug: "product",
        archived: false,
        checks: [{ slug: "web", counts: false, intervalMs: 15_000, locations: ["local"] }],
      },
    ]);
  });
});
