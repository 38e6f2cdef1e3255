/**
 * Keeps the months of every service that are over, so that a year of all of them is read at once and not measured anew. What is kept is
 * what the page tells, computed by the same functions from the store; whatever changes it later drops it (store/service-months.ts), and
 * the next run computes it again. May run on any server, and be ended at any moment.
 */
import { isSettled, type SettlingCheck } from "../domain/monitoring/settled-time.ts";
import { type Commitment, commitmentFrom } from "../domain/sla/measure/commitment.ts";
import { keptAfterMs, keptMonth, monthTerms } from "../domain/sla/measure/kept-month.ts";
import { monthlyTimes } from "../domain/sla/measure/monthly-uptime.ts";
import { cyclesBetween } from "../domain/time/billing-cycle.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings, readSettings } from "../live/board-words.ts";
import { horizonOf, measuredCycles } from "../live/horizon.ts";
import { measuredService } from "../live/live-board.ts";
import { isCounting, type LiveCheck, presentRules } from "../live/live-check.ts";
import { loadReadings } from "../live/live-readings.ts";
import { type CoverableService, listCoverableServices } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { type ApprovedCorrection, listApprovedCorrections } from "../store/proposals.ts";
import { holdMonths, listMonthCounts, type MonthsToKeep, putServiceMonths } from "../store/service-months.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";

/** How many services are measured in one transaction: batches that change a reading wait meanwhile. */
const servicesAtOnce = 25;

/** Keeps what is over and not kept yet. Returns the services of which months were computed. */
export async function keepMonths(db: Database, now: Instant): Promise<string[]> {
  const wanting = (await findSettings(db)) === undefined ? [] : await listWanting(db, now);
  for (let i = 0; i < wanting.length; i += servicesAtOnce) {
    const some = wanting.slice(i, i + servicesAtOnce);
    await db.transaction(async (tx) => {
      await holdMonths(tx);
      const commitment = await platformCommitment(tx);
      const corrections = await listApprovedCorrections(tx, 0);
      await putServiceMonths(
        tx,
        monthTerms(commitment),
        (await measured(tx, some, now)).map((service) => monthsOf(service, corrections, commitment, now)),
      );
    });
  }
  return wanting;
}

async function platformCommitment(db: Database): Promise<Commitment> {
  const { commitment, timeZone } = await readSettings(db);
  return commitmentFrom({ ...commitment, timeZone });
}

/** Services of which fewer months are kept than are over. */
async function listWanting(db: Database, now: Instant): Promise<string[]> {
  const commitment = await platformCommitment(db);
  const counts = await listMonthCounts(db, monthTerms(commitment));
  return counts
    .filter(({ archivedAt, firstAt, kept }) => {
      const until = Math.min(archivedAt ?? now, now);
      return (
        firstAt === null ||
        cyclesBetween(firstAt, until, commitment).filter(({ end }) => isOver(Math.min(end, until), now))
          .length > kept
      );
    })
    .map(({ serviceSlug }) => serviceSlug);
}

function isOver(end: Instant, now: Instant): boolean {
  return end + keptAfterMs <= now;
}

/** A service with its checks as they were derived, all since the horizon of the page. */
interface Measured {
  service: CoverableService;
  checks: LiveCheck[];
  since: Instant;
}

async function measured(tx: Database, slugs: readonly string[], now: Instant): Promise<Measured[]> {
  const since = horizonOf(now, await readSettings(tx), measuredCycles);
  const wanted = new Set(slugs);
  const ids = (await listWatchedChecks(tx)).filter(({ serviceSlug }) => wanted.has(serviceSlug));
  const { checks } = await loadReadings(
    tx,
    since,
    ids.map(({ id }) => id),
  );
  const byService = Map.groupBy(checks.values(), ({ serviceSlug }) => serviceSlug);
  const services = await listCoverableServices(tx);
  return services
    .filter(({ slug }) => wanted.has(slug))
    .map((service) => ({ service, checks: byService.get(service.slug) ?? [], since }));
}

function monthsOf(
  { service, checks, since }: Measured,
  corrections: ReadonlyMap<string, readonly ApprovedCorrection[]>,
  commitment: Commitment,
  now: Instant,
): MonthsToKeep {
  const listed = { ...service, description: "" };
  const told = measuredService(
    listed,
    checks,
    { start: since, end: now },
    corrections.get(service.slug) ?? [],
  );
  const settling = checks.filter(isCounting).map(settlingCheck);
  const months = monthlyTimes(told, commitment, now).map(({ times }, i) => ({ times, isFirst: i === 0 }));
  return {
    serviceSlug: service.slug,
    months: months.flatMap(({ times, isFirst }) => {
      const isTold = isOver(times.period.end, now) && isSettled(times.period, settling, told.outages);
      const kept = isTold ? keptMonth(times) : null;
      return kept === null ? [] : [{ ...kept, isFirst }];
    }),
  };
}

function settlingCheck(check: LiveCheck): SettlingCheck {
  const { head, settled } = check.derivation;
  return {
    archivedAt: check.archivedAt,
    head: head.state,
    settled: settled.state,
    rules: presentRules(check),
  };
}
