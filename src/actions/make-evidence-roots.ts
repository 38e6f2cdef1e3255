/** Makes the root of every UTC day that is over and has none: one after the other, each naming the one before. */
import { digestOf } from "../../probes/batch.ts";
import {
  type ChainPosition,
  daysWithoutRoot,
  endOfDay,
  parseRootText,
  type RootStatement,
  type RulesDigest,
  rootText,
} from "../domain/monitoring/evidence-root.ts";
import { type EvidenceCheck, evidenceCheckOf, rulesText } from "../domain/monitoring/evidence-rules.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findFirstReceipt, listChainPositions } from "../store/evidence-chains.ts";
import { findLastRoot, insertRoot } from "../store/evidence-roots.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";

/** A day counts as over a little later: until then a batch of it may still be on its way into the database. */
const settleMs = 120_000;

/** Makes what is due; the days, oldest first. Two servers at once make each day once. */
export async function makeEvidenceRoots(db: Database, now: Instant): Promise<Instant[]> {
  const first = await findFirstReceipt(db);
  if (first === null) {
    return [];
  }
  const due = daysWithoutRoot((await findLastRoot(db))?.day ?? null, first, now - settleMs);
  if (due.length === 0) {
    return [];
  }
  const checks = Map.groupBy(await listWatchedChecks(db), ({ serviceSlug }) => serviceSlug);
  const services = new Map([...checks].map(([service, of]) => [service, of.map(evidenceCheckOf)]));
  for (const day of due) {
    await db.transaction(async (tx) => {
      await lockInTransaction(tx, "evidence roots");
      const last = await findLastRoot(tx);
      if (last !== undefined && last.day >= day) {
        return;
      }
      const statement = await statementOf(tx, day, services, last);
      const text = rootText(statement);
      const root = await digestOf(new TextEncoder().encode(text));
      await insertRoot(tx, { day, root, previous: statement.previous, statement: text, createdAt: now });
    });
  }
  return due;
}

async function statementOf(
  tx: Database,
  day: Instant,
  services: ReadonlyMap<string, EvidenceCheck[]>,
  last: { root: string; statement: string } | undefined,
): Promise<RootStatement> {
  const over = endOfDay(day);
  const standing = new Map<string, ChainPosition>();
  // A chain all of whose batches are no longer kept stays where it stood.
  for (const chain of last === undefined ? [] : parseRootText(last.statement).chains) {
    standing.set(chain.probe, chain);
  }
  for (const chain of await listChainPositions(tx, over)) {
    const before = standing.get(chain.probe);
    if (before === undefined || chain.sequence >= before.sequence) {
      standing.set(chain.probe, chain);
    }
  }
  const rules: RulesDigest[] = [];
  for (const [service, checks] of services) {
    if (checks.some(({ createdAt }) => createdAt < over)) {
      const text = new TextEncoder().encode(rulesText(service, checks, over));
      rules.push({ service, digest: await digestOf(text) });
    }
  }
  return { day, previous: last?.root ?? null, chains: [...standing.values()], rules };
}
