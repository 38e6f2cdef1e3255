/** Series of maintenance windows; what of them is to be announced next is the domain's (status/maintenance-series.ts). */
import { desc, eq, gt, isNull, or } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { MaintenanceSeries } from "../domain/status/maintenance-series.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { maintenanceSeries } from "./tables/words.ts";

/** All of them, newest first. */
export async function listSeries(db: Database): Promise<MaintenanceSeries[]> {
  const rows = await db.select().from(maintenanceSeries).orderBy(desc(maintenanceSeries.id));
  return rows.map(toSeries);
}

/** Those that nobody has ended before `now`; a rule of theirs may have come to its own end. */
export async function listStandingSeries(db: Database, now: Instant): Promise<MaintenanceSeries[]> {
  const rows = await db
    .select()
    .from(maintenanceSeries)
    .where(or(isNull(maintenanceSeries.endsAt), gt(maintenanceSeries.endsAt, now)))
    .orderBy(maintenanceSeries.id);
  return rows.map(toSeries);
}

/** @throws NotFound series_not_found */
export async function getSeries(db: Database, reference: string): Promise<MaintenanceSeries> {
  const [row] = await db.select().from(maintenanceSeries).where(eq(maintenanceSeries.reference, reference));
  return row === undefined ? noSeries(reference) : toSeries(row);
}

/** The same for every reference that leads to no series, and for one that is not shown. @throws NotFound series_not_found */
export function noSeries(reference: string): never {
  throw new NotFound("series_not_found", `There is no series of maintenance ${reference}.`);
}

/** The same, kept from everybody else's changes until the transaction ends. */
export async function lockSeries(tx: Database, reference: string): Promise<MaintenanceSeries> {
  await tx
    .select({ id: maintenanceSeries.id })
    .from(maintenanceSeries)
    .where(eq(maintenanceSeries.reference, reference))
    .for("update");
  return getSeries(tx, reference);
}

export async function insertSeries(tx: Database, series: MaintenanceSeries): Promise<void> {
  await tx.insert(maintenanceSeries).values(series);
}

export async function saveSeries(tx: Database, { reference, ...row }: MaintenanceSeries): Promise<void> {
  await tx.update(maintenanceSeries).set(row).where(eq(maintenanceSeries.reference, reference));
}

function toSeries({ id: _, ...row }: typeof maintenanceSeries.$inferSelect): MaintenanceSeries {
  return row;
}
