import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import { draftCycle } from "../../src/actions/draft-cycle.ts";
import { readGround } from "../../src/actions/read-ground.ts";
import { launchOf } from "../../src/demo/platform.ts";
import { clockTime, monthOf, spanOf } from "../../src/demo/history/span.ts";
import { blipMs, troublesOf } from "../../src/demo/history/troubles.ts";
import { openHistory } from "../../src/demo/history/chain.ts";
import { holdSitting } from "../../src/demo/office/sitting.ts";
import { beatsOf, tellYear } from "../../src/demo/office/year.ts";
import { beginStory, endOfTelling, pastChecksOf, type Story } from "../../src/demo/story.ts";
import { creditStates } from "../../src/domain/sla/close/credit-ledger.ts";
import type { CycleNeed } from "../../src/domain/sla/close/cycle-state.ts";
import { verifyBundle } from "../../src/evidence/report-bundle.ts";
import { issuedDocument } from "../../src/http/issued-document.ts";
import { readBoardWords } from "../../src/live/board-words.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { findBrokenAudit, latestStepBefore } from "../../src/store/audit.ts";
import { listCredits } from "../../src/store/credits.ts";
import type { Database, OpenDatabase } from "../../src/store/database.ts";
import { putOutages } from "../../src/store/outages.ts";
import { putReadings } from "../../src/store/readings.ts";
import { getReport, listReports } from "../../src/store/reports.ts";
import { listWatchedChecks } from "../../src/store/watched-checks.ts";
import { office } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { withFile } from "../support/evidence.ts";

const seed = 99_990;
const end = Date.UTC(2026, 10, 22, 4, 30);
const never = () => false;

async function openStory(days: number): Promise<{ open: OpenDatabase; story: Story }> {
  const open = await openFreshDatabase();
  return { open, story: await beginStory(open.db, seed, days, end) };
}

/** What the samples of the history come to, without the samples. */
async function putWhatWasSeen(db: Database, { origin }: Story): Promise<void> {
  const troubles = troublesOf(origin);
  for (const { id: checkId, serviceSlug, revisions } of await listWatchedChecks(db)) {
    if (!revisions[0]!.definition.counts) {
      continue;
    }
    const own = troubles.all.filter(
      (trouble) => trouble.service === serviceSlug && trouble.end - trouble.start > blipMs,
    );
    const down = own.filter(({ effect }) => effect === "fails");
    const changes = [
      { checkId, at: launchOf(serviceSlug, origin), state: "up" as const },
      ...[...down, ...troubles.silences].flatMap((stretch) => [
        { checkId, at: stretch.start, state: "effect" in stretch ? ("down" as const) : ("unknown" as const) },
        { checkId, at: stretch.end, state: "up" as const },
      ]),
    ].sort((a, b) => a.at - b.at);
    await putReadings(
      db,
      changes.filter(({ at }) => at >= launchOf(serviceSlug, origin)),
    );
    await putOutages(
      db,
      down.map(({ start, end: over }) => ({
        ...{ checkId, start, end: over, lastFailAt: over - 5_000 },
        ...{ lastOkBeforeAt: start - 15_000, firstOkAfterAt: over },
      })),
    );
  }
}

describe("the year of the demo's office", () => {
  let open: OpenDatabase;
  let story: Story;
  beforeAll(async () => {
    ({ open, story } = await openStory(396));
    await putWhatWasSeen(open.db, story);
    await applyPlatform(open.db, story.present, end);
    // Broken off in the middle, and taken up again.
    let beats = 0;
    expect(await tellYear(open.db, office, story.origin, () => ++beats > 40)).toBe(false);
    expect(await tellYear(open.db, office, story.origin, never)).toBe(true);
  }, 300_000);
  afterAll(() => open.close());

  test("thirteen months of every contract are final, but for what is left to a person", async () => {
    const left = new Map<string, CycleNeed["need"][]>();
    for (let monthsAgo = 13; monthsAgo > 0; monthsAgo--) {
      const ground = await readGround(open.db, monthOf(story.origin, monthsAgo), null);
      expect(ground.contracts.size).toBe(monthsAgo > 8 ? 11 : 12);
      for (const [slug, of] of ground.contracts) {
        const { state, needs } = await draftCycle(open.db, ground, of, office.engine, end);
        if (state !== "final") {
          left.set(
            `${slug} ${ground.label}`,
            needs.map(({ need }) => need),
          );
        }
      }
    }
    expect(Object.fromEntries(left)).toEqual({
      "aurora-fleet 2026-10": ["explanation"],
      "havnens-bageri-kurser 2026-10": ["explanation"],
      "kystlab-post 2026-10": ["proposal", "explanation"],
      "nordlys-platform 2026-10": ["explanation"],
      "ostbanken-bevis 2026-10": ["decision"],
    });
  });

  test("promises were kept and broken, and some contracts promise no figure", async () => {
    const reports = await listReports(open.db);
    expect(new Set(reports.map(({ verdict }) => verdict))).toEqual(new Set(["met", "breached", "no_target"]));
    expect(reports.every(({ author, approver }) => author !== approver)).toBe(true);
    const languages = await Promise.all(
      ["nordlys-platform", "durand-formation", "helsefjord-laering", "meridian-gold"].map(
        async (slug) =>
          (JSON.parse((await getReport(open.db, slug, "2026-06")).json) as { language: string }).language,
      ),
    );
    expect(languages).toEqual(["da", "fr", "nb", "en"]);
  });

  test("a month was restated with a higher credit, and one was decided by a person", async () => {
    const gold = await listReports(open.db, { contract: "meridian-gold", label: "2026-06" });
    expect(gold.map(({ percent, creditMinor }) => [percent, creditMinor])).toEqual([
      ["99.928240", 125_000],
      ["99.835648", 312_500],
    ]);
    expect(gold[1]).toMatchObject({ author: "Lars Vik", approver: "Mette Holm" });
    const decided = JSON.parse((await getReport(open.db, "ostbanken-bevis", "2026-08")).json) as {
      decisions: { kind: string }[];
    };
    expect(decided.decisions.map(({ kind }) => kind)).toContain("unknown_time");
  });

  test("credits stand in every state, also the adjusted one", async () => {
    const credits = await listCredits(open.db);
    const states = new Set(credits.map(({ state }) => state));
    expect([...states].sort()).toEqual([...creditStates].sort());
    expect(
      credits.find(({ contract, revision }) => contract === "meridian-gold" && revision === 2),
    ).toMatchObject({
      amountMinor: 187_500,
      state: "issued",
    });
  });

  test("the audit chain holds, and nothing is told twice", async () => {
    expect(await findBrokenAudit(open.db)).toBeNull();
    const before = await listReports(open.db);
    const steps = await latestStepBefore(open.db, ["report", "credit", "explanation"], end);
    expect(await tellYear(open.db, office, story.origin, never)).toBe(true);
    expect(await listReports(open.db)).toEqual(before);
    expect(await latestStepBefore(open.db, ["report", "credit", "explanation"], end)).toBe(steps);
    expect(beatsOf(story.origin).every(({ at }) => at < end)).toBe(true);
  });
});

test("a report of the demo, bundled with its samples, is verified as identical", async () => {
  const { open, story } = await openStory(396);
  const { db } = open;
  const { origin } = story;
  // October and what is around it, as the whole history tells it.
  const recent = { ...origin, days: 55 };
  const live = await loadReadings(db, spanOf(recent).start);
  const history = openHistory(recent, await pastChecksOf(db, origin));
  for await (const batch of history.batchesAfter(await endOfTelling(db))) {
    await recordBatch(db, live, batch.signed, end);
  }
  const at = clockTime(origin, { monthsAgo: 0, day: 4 }, "08:30");
  await holdSitting({ db, office, origin, label: "2026-10", at });
  const board = openBoard(live, await readBoardWords(db, live.since), () => live.since);
  const wanted = { contract: "durand-formation", label: "2026-10" };
  const { bytes } = await issuedDocument("bundle.zip", wanted, { db, office, board: () => board.at(end) });
  const verdict = await withFile(bytes, (file) => verifyBundle(file));
  expect(verdict).toMatchObject({ verified: true, faults: [], differences: [], withoutEvidence: [] });
  expect(verdict.evidence.map(({ service }) => service)).toEqual(["web-app", "sign-in", "course-media"]);
  await open.close();
}, 300_000);
