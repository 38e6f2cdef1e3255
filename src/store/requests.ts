/**
 * Requests of customers with every step of them. Rows are folded from the steps where they are written (domain/support/request.ts), so that
 * lists need no steps; steps are only added. Names and addresses stand elsewhere (reporters.ts).
 */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gte,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { RequestState, RequestStep, SupportRequest } from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, holding } from "./database.ts";
import { contracts, customers } from "./tables/agreements.ts";
import { requestFiles, requests, requestSteps } from "./tables/requests.ts";
import { services } from "./tables/watched.ts";
import { incidents } from "./tables/words.ts";

/** The conditions that a state of a request stands for. */
const isIn: Record<RequestState, SQL> = {
  new: and(isNull(requests.resolvedAt), isNull(requests.pausedAt), isNull(requests.answeredAt))!,
  open: and(isNull(requests.resolvedAt), isNull(requests.pausedAt), isNotNull(requests.answeredAt))!,
  waiting: and(isNull(requests.resolvedAt), isNotNull(requests.pausedAt))!,
  resolved: isNotNull(requests.resolvedAt),
};

/** What somebody looks for; absent: whatever it is. */
export interface RequestSearch {
  state?: RequestState | undefined;
  customer?: string | undefined;
  contract?: string | undefined;
  priority?: string | undefined;
  incident?: string | undefined;
  /** Stands in the reference or the subject. */
  text?: string | undefined;
}

/** A request without its steps, for lists. */
export type ListedRequest = Omit<SupportRequest, "steps">;

/** Those that are looked for, newest first. @param before only those opened before this one in that order */
export async function listRequests(
  db: Database,
  search: RequestSearch,
  { before, limit }: { before: { openedAt: Instant; reference: string } | null; limit: number },
): Promise<ListedRequest[]> {
  const follows =
    before === null
      ? undefined
      : sql`(${requests.openedAt}, ${requests.reference}) < (${before.openedAt}, ${before.reference})`;
  const rows = await selectRequests(db, and(conditionsOf(search), follows))
    .orderBy(desc(requests.openedAt), desc(requests.reference))
    .limit(limit);
  return rows.map(toListed);
}

/** All that are not solved, in order of opening, with their steps. */
export async function listOpenRequests(db: Database, search: RequestSearch = {}): Promise<SupportRequest[]> {
  const rows = await selectRequests(db, and(isNull(requests.resolvedAt), conditionsOf(search))).orderBy(
    asc(requests.openedAt),
    asc(requests.id),
  );
  return withSteps(db, rows);
}

/** Those of a contract of which something may have been settled in a stretch, with their steps. */
export async function listRequestsOfContract(
  db: Database,
  contract: string,
  { start, end }: { start: Instant; end: Instant },
): Promise<SupportRequest[]> {
  const isThen = and(
    eq(contracts.slug, contract),
    lt(requests.openedAt, end),
    or(isNull(requests.resolvedAt), gte(requests.resolvedAt, start)),
  );
  const rows = await selectRequests(db, isThen).orderBy(asc(requests.openedAt), asc(requests.id));
  return withSteps(db, rows);
}

/** How many there are of each state. */
export async function countRequests(db: Database): Promise<Record<RequestState, number>> {
  const state = sql<RequestState>`case when ${requests.resolvedAt} is not null then 'resolved'
    when ${requests.pausedAt} is not null then 'waiting' when ${requests.answeredAt} is null then 'new' else 'open' end`;
  const rows = await db.select({ state, n: count() }).from(requests).groupBy(state);
  const counts = { new: 0, open: 0, waiting: 0, resolved: 0 };
  rows.forEach((row) => (counts[row.state] = row.n));
  return counts;
}

/** @throws NotFound request_not_found */
export async function getRequest(db: Database, reference: string): Promise<SupportRequest> {
  const [request] = await withSteps(db, await selectRequests(db, eq(requests.reference, reference)));
  if (request === undefined) {
    throw new NotFound("request_not_found", `There is no request ${reference}.`);
  }
  return request;
}

/** Those of these references that there are. */
export async function findRequests(db: Database, references: readonly string[]): Promise<SupportRequest[]> {
  return withSteps(db, await selectRequests(db, inArray(requests.reference, [...references])));
}

/** The same, kept from everybody else's changes until the transaction ends. */
export async function lockRequest(tx: Database, reference: string): Promise<SupportRequest> {
  await tx.select({ id: requests.id }).from(requests).where(eq(requests.reference, reference)).for("update");
  return getRequest(tx, reference);
}

/** The request that a mail has made or belongs to; undefined: it was never seen. */
export async function findRequestOfMail(db: Database, sourceId: string): Promise<string | undefined> {
  const [made] = await db
    .select({ reference: requests.reference })
    .from(requests)
    .where(eq(requests.sourceId, sourceId));
  if (made !== undefined) {
    return made.reference;
  }
  const [added] = await db
    .select({ reference: requests.reference })
    .from(requestSteps)
    .innerJoin(requests, eq(requests.id, requestSteps.requestId))
    .where(eq(requestSteps.sourceId, sourceId));
  return added?.reference;
}

/** Stores a new request. */
export async function insertRequest(
  tx: Database,
  request: SupportRequest,
  sourceId: string | null,
): Promise<void> {
  const [row] = await tx
    .insert(requests)
    .values({
      ...{ reference: request.reference, channel: request.channel, subject: request.subject, sourceId },
      ...{ reporterId: request.reporter, language: request.language, openedAt: request.openedAt },
      ...(await columnsOf(tx, request)),
    })
    .returning({ id: requests.id });
  await addSteps(tx, row!.id, request.steps, null);
}

/** Stores what `after` says that `before` did not. @param sourceId of the mail that the first new step came with */
export async function saveRequest(
  tx: Database,
  before: SupportRequest,
  after: SupportRequest,
  sourceId: string | null = null,
): Promise<void> {
  const [row] = await tx
    .update(requests)
    .set(await columnsOf(tx, after))
    .where(eq(requests.reference, after.reference))
    .returning({ id: requests.id });
  await addSteps(tx, row!.id, after.steps.slice(before.steps.length), sourceId);
}

/**
 * Puts a word in place of what somebody wrote who is erased, and takes away what they sent with it; what was done, and when, stays.
 *
 * @param who a reporter, or a person who has asked in the portal
 */
export async function blankRequestsOf(tx: Database, who: string, word: string): Promise<string[]> {
  const opened = tx
    .select({ id: requestSteps.requestId })
    .from(requestSteps)
    .where(and(eq(requestSteps.number, 1), eq(requestSteps.author, who)));
  const isTheirs = or(
    eq(requests.reporterId, who),
    and(eq(requests.channel, "portal"), inArray(requests.id, opened)),
  );
  const rows = await tx
    .update(requests)
    .set({ subject: word })
    .where(isTheirs)
    .returning({ id: requests.id, reference: requests.reference });
  if (rows.length > 0) {
    const ids = rows.map(({ id }) => id);
    await tx
      .update(requestSteps)
      .set({ text: word })
      .where(and(inArray(requestSteps.requestId, ids), sql`${requestSteps.text} <> ''`));
    await tx.delete(requestFiles).where(inArray(requestFiles.requestId, ids));
  }
  return rows.map(({ reference }) => reference);
}

/** Columns that change, with slugs and references turned into numbers. */
async function columnsOf(tx: Database, request: SupportRequest) {
  const { customer, contract, service, incident } = request;
  const idOf = async (
    table: typeof customers | typeof contracts | typeof services,
    slug: string | null,
  ): Promise<number | null> => {
    if (slug === null) {
      return null;
    }
    const [row] = await tx.select({ id: table.id }).from(table).where(eq(table.slug, slug));
    return row?.id ?? null;
  };
  const [behind] =
    incident === null
      ? []
      : await tx.select({ id: incidents.id }).from(incidents).where(eq(incidents.reference, incident));
  return {
    customerId: await idOf(customers, customer),
    contractId: await idOf(contracts, contract),
    serviceId: await idOf(services, service),
    incidentId: behind?.id ?? null,
    priority: request.priority,
    answeredAt: request.answeredAt,
    pausedAt: request.pausedAt,
    resolvedAt: request.resolvedAt,
    release: request.release,
  };
}

async function addSteps(
  tx: Database,
  requestId: number,
  steps: readonly RequestStep[],
  sourceId: string | null,
): Promise<void> {
  if (steps.length > 0) {
    await tx
      .insert(requestSteps)
      .values(steps.map((step, i) => ({ requestId, ...step, sourceId: i === 0 ? sourceId : null })));
  }
}

function conditionsOf({
  state,
  customer,
  contract,
  priority,
  incident,
  text,
}: RequestSearch): SQL | undefined {
  const has = holding(text ?? "");
  return and(
    state === undefined ? undefined : isIn[state],
    customer === undefined ? undefined : eq(customers.slug, customer),
    contract === undefined ? undefined : eq(contracts.slug, contract),
    priority === undefined ? undefined : eq(requests.priority, priority),
    incident === undefined ? undefined : eq(incidents.reference, incident),
    text === undefined ? undefined : or(ilike(requests.subject, has), ilike(requests.reference, has)),
  );
}

function selectRequests(db: Database, where: SQL | undefined) {
  return db
    .select({
      request: requests,
      customer: customers.slug,
      contract: contracts.slug,
      service: services.slug,
      incident: incidents.reference,
    })
    .from(requests)
    .leftJoin(customers, eq(customers.id, requests.customerId))
    .leftJoin(contracts, eq(contracts.id, requests.contractId))
    .leftJoin(services, eq(services.id, requests.serviceId))
    .leftJoin(incidents, eq(incidents.id, requests.incidentId))
    .where(where);
}

type Row = Awaited<ReturnType<typeof selectRequests>>[number];

function toListed({ request, customer, contract, service, incident }: Row): ListedRequest {
  const { reference, channel, subject, language, priority, openedAt, answeredAt } = request;
  const { pausedAt, resolvedAt, release, reporterId: reporter } = request;
  return {
    ...{ reference, channel, subject, customer, contract, service, reporter, language, priority },
    ...{ openedAt, answeredAt, pausedAt, resolvedAt, incident, release },
  };
}

async function withSteps(db: Database, rows: readonly Row[]): Promise<SupportRequest[]> {
  if (rows.length === 0) {
    return [];
  }
  const ids = rows.map(({ request }) => request.id);
  const steps = Map.groupBy(
    await db
      .select()
      .from(requestSteps)
      .where(inArray(requestSteps.requestId, ids))
      .orderBy(asc(requestSteps.requestId), asc(requestSteps.number)),
    ({ requestId }) => requestId,
  );
  return rows.map((row) => ({
    ...toListed(row),
    steps: (steps.get(row.request.id) ?? []).map(({ requestId: _, sourceId: __, ...step }) => step),
  }));
}
