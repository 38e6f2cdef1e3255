import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { closeMonth } from "../../src/actions/close-month.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { putMonthSummaries } from "../../src/actions/put-month-summaries.ts";
import { readSettings } from "../../src/live/board-words.ts";
import { listMailings } from "../../src/store/mailings.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

const at = (text: string) => Date.parse(text);
const hour = 3_600_000;

eachDatabase("telling account managers of a month", (database) => {
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(sql`truncate mailings, mailing_attempts`);
    const checks = await closablePlatform(database());
    const settings = {
      ...(await readSettings(database())),
      accountManagers: ["bo@acme.example", "ida@acme.example"],
    };
    await database().update(platforms).set({ settings });
    await goDown(database(), checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T11:00:00Z"));
    await agree(database(), "acme-gold", "covers: [beacon]\ntarget: 99.99", at("2026-06-01T00:00:00Z"));
    await agree(database(), "acme-tin", "covers: [lamp]\nsend: never", at("2026-06-01T00:00:00Z"));
  });

  /** How many were put down of June; the months before it are told of, too. */
  const put = async (now: number) => {
    const before = await listMailings(database(), { label: june });
    await putMonthSummaries(database(), office.engine, now);
    return (await listMailings(database(), { label: june })).length - before.length;
  };
  const close = async (now: number) => {
    for await (const _ of closeMonth(database(), office, { label: june, author: "Ann" }, () => now));
  };
  const ofJune = async () =>
    (await listMailings(database(), { label: june })).filter(({ recipient }) => recipient.startsWith("bo"));

  it("waits until the cycles have settled and the month was closed; tells each once, and says what waits for whom", async () => {
    expect(await put(settled - 2 * hour)).toBe(0);
    expect(await put(settled)).toBe(0);
    await close(settled + hour);
    expect(await put(settled + hour)).toBe(2);
    expect(await put(settled + 2 * hour)).toBe(0);
    const [mail] = await ofJune();
    expect(mail!.facts).toMatchObject({
      isFinal: false,
      closed: [{ slug: "acme-tin", verdict: "met", recipients: null }],
      open: [{ slug: "acme-gold", reasons: [{ reason: "explanation", count: 1 }] }],
    });
  });

  it("tells once more when all is final, by how much a promise was missed", async () => {
    await close(settled + hour);
    await put(settled + hour);
    const choices = [{ service: "beacon", incident: null, start: null }];
    const wanted = { contract: "acme-gold", label: june, choices, reason: "A switch failed" };
    await explainDifferences(database(), office.engine, wanted, "Ann", settled + 2 * hour);
    await closeCycle(
      database(),
      office,
      { contract: "acme-gold", label: june, author: "Ann" },
      settled + 2 * hour,
    );
    expect(await put(settled + 3 * hour)).toBe(2);
    expect(await put(settled + 900 * hour)).toBe(0);
    const [last] = await ofJune();
    expect(last).toMatchObject({
      revision: 2,
      facts: {
        isFinal: true,
        open: [],
        closed: [{ slug: "acme-gold", overMs: hour - 259_200 }, { slug: "acme-tin" }],
      },
    });
  });

  it("tells of a month that nobody closes a day after it could have been, and of none that is long over", async () => {
    expect(await put(settled + 20 * hour)).toBe(0);
    expect(await put(settled + 26 * hour)).toBe(2);
    await database().execute(sql`truncate mailings, mailing_attempts`);
    expect(await put(settled + 40 * 24 * hour)).toBe(0);
  });

  it("tells nobody where nobody is named", async () => {
    const { accountManagers: _, ...settings } = await readSettings(database());
    await database().update(platforms).set({ settings });
    await close(settled + hour);
    expect(await put(settled + hour)).toBe(0);
  });
});
