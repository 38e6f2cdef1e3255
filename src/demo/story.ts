/**
 * The demo's story in the database: the platform as it was, the probe that saw it and the words of people are put there at once; the
 * samples follow as batches; then the platform becomes what it is now, and the year of the office is told. Whatever interrupts it, the
 * next start goes on.
 */
import { declareIncident } from "../actions/declare-incident.ts";
import { endMaintenance } from "../actions/end-maintenance.ts";
import { applyPlatform } from "../actions/apply-platform.ts";
import { planMaintenance } from "../actions/plan-maintenance.ts";
import { startMaintenance } from "../actions/start-maintenance.ts";
import { writePostmortem } from "../actions/keep-postmortem.ts";
import { updateIncident } from "../actions/update-incident.ts";
import { Conflict } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findChainHead } from "../store/batches.ts";
import type { Database } from "../store/database.ts";
import { findPlatformMaker } from "../store/platforms.ts";
import { findProbe, insertProbe, listLocationSlugs, revokeProbe } from "../store/probes.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";
import { type History, historyProbe, openHistory, publicKeyOf } from "./history/chain.ts";
import type { PastCheck } from "./history/rounds.ts";
import type { Origin } from "./history/span.ts";
import { type SaidIncident, saidIncidents, type SaidMaintenance, saidMaintenance } from "./history/words.ts";
import { type DemoService, demoServices } from "./places.ts";
import { type DemoPlatform, launchOf, pastPlatforms, presentPlatform } from "./platform.ts";

export interface Story {
  origin: Origin;
  /** The platform as it is at the end of the history and from then on. */
  present: DemoPlatform;
  history: History;
  /** Whether all of it has been told by an earlier start. */
  told: boolean;
}

/** Begins the story, or finds where an earlier start has left it; the origin of the first start stands. */
export async function beginStory(db: Database, seed: number, days: number, now: Instant): Promise<Story> {
  let probe = await findProbe(db, historyProbe.id);
  if (probe === undefined) {
    await db.transaction((tx) => setTheScene(tx, { seed, end: now, days }));
    probe = (await findProbe(db, historyProbe.id))!;
  }
  const origin = { seed, end: probe.createdAt, days };
  const history = openHistory(origin, await pastChecksOf(db, origin));
  return { origin, present: presentPlatform(origin), history, told: probe.revokedAt !== null };
}

/** Nothing is left to tell: the history's probe is heard no more, by which a later start knows. */
export async function endStory(db: Database, now: Instant): Promise<void> {
  await revokeProbe(db, historyProbe.id, now);
}

/** Where the telling stands: what the next batch follows. */
export async function endOfTelling(db: Database): Promise<{ sequence: number; previous: string }> {
  const { sequence, digest } = await findChainHead(db, historyProbe.id);
  return { sequence, previous: digest };
}

async function setTheScene(tx: Database, origin: Origin): Promise<void> {
  if ((await findPlatformMaker(tx)) !== undefined) {
    throw new Conflict(
      "not_a_demo",
      "this database holds a platform that is not the demo's; point DATA_DIR or DATABASE_URL elsewhere",
    );
  }
  for (const { at, platform } of pastPlatforms(presentPlatform(origin), origin)) {
    await applyPlatform(tx, platform, at);
  }
  const [locationId] = [...(await listLocationSlugs(tx))].find(([, slug]) => slug === historyProbe.location)!;
  await insertProbe(tx, {
    id: historyProbe.id,
    locationId,
    publicKey: publicKeyOf(origin.seed),
    engine: "node",
    kinds: [],
    // The probe is made known at the instant at which its history ends: that is how a later start knows it.
    createdAt: origin.end,
  });
  const said = [
    ...saidIncidents(origin).flatMap((incident) => {
      const { updates, learned } = incident;
      let reference = "";
      const declared = {
        at: updates[0].at,
        say: async () => {
          reference = await sayIncident(tx, incident);
        },
      };
      return learned === undefined
        ? [declared]
        : [declared, { at: learned.at, say: () => sayLearned(tx, reference, learned) }];
    }),
    ...saidMaintenance(origin).map((window) => ({
      at: window.announcedAt,
      say: () => sayMaintenance(tx, window),
    })),
  ];
  for (const { say } of said.sort((a, b) => a.at - b.at)) {
    await say();
  }
}

/** Its reference. */
async function sayIncident(tx: Database, { title, startedAt, updates }: SaidIncident): Promise<string> {
  const [first, ...rest] = updates;
  const resolvedAt = first.state === "resolved" ? first.at : null;
  const { reference } = await declareIncident(
    tx,
    {
      title,
      state: first.state,
      message: first.message,
      services: first.services ?? [],
      startedAt,
      resolvedAt,
    },
    first.author,
    first.at,
  );
  for (const { state, message, author, at, nextUpdateAt } of rest) {
    await updateIncident(
      tx,
      reference,
      { title: null, state, message, services: null, reopen: false, nextUpdateAt },
      author,
      at,
    );
  }
  return reference;
}

async function sayLearned(
  tx: Database,
  reference: string,
  { at, author, message }: NonNullable<SaidIncident["learned"]>,
): Promise<void> {
  await writePostmortem(tx, reference, { message }, true, { author, now: at, seen: null });
}

/** Why planned work that breaks what a contract promises about windows is done all the same. */
const agreedBefore =
  "Agreed with the customers concerned: the alternative was an outage later in the quarter.";

async function sayMaintenance(tx: Database, said: SaidMaintenance): Promise<void> {
  const { title, message, author, announcedAt, plannedStart, plannedEnd, services, begun, ended } = said;
  const plan = { title, message, serviceSlugs: services, plannedStart, plannedEnd };
  const { reference } = await planMaintenance(tx, plan, author, announcedAt, agreedBefore);
  if (begun !== undefined) {
    await startMaintenance(tx, reference, begun.message, author, begun.at);
  }
  if (ended !== undefined) {
    await endMaintenance(tx, reference, ended.message, author, ended.at);
  }
}

/** The checks of the history under the numbers that this database gave them, as they were first defined. */
export async function pastChecksOf(db: Database, origin: Origin): Promise<PastCheck[]> {
  const watched = await listWatchedChecks(db);
  return watched
    .filter(({ serviceSlug }) => (demoServices as readonly string[]).includes(serviceSlug))
    .map(({ id, serviceSlug, revisions }) => {
      const { definition } = revisions[0]!;
      return {
        check: id,
        service: serviceSlug as DemoService,
        definition,
        intervalMs: definition.intervalMs,
        from: launchOf(serviceSlug, origin),
      };
    });
}
