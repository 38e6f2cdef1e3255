/**
 * What belongs to a customer, and how it is found by name. Everything the portal shows goes through here, so that what is somebody
 * else's is answered exactly like what does not exist.
 */
import { NotFound } from "../../domain/errors.ts";
import type { StandingContract } from "../../domain/sla/promise/agreement-plan.ts";
import { coveredServices } from "../../domain/sla/promise/clauses.ts";
import { type RecordedVersion, versionAt } from "../../domain/sla/promise/contract-versions.ts";
import type { CustomerDefinition } from "../../domain/sla/promise/customer.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { MeasuredService } from "../../domain/status/service.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { readContracts, readCustomers } from "../../store/agreements.ts";
import type { Database } from "../../store/database.ts";

export interface OwnContract {
  slug: string;
  contract: StandingContract;
}

export interface Own {
  customer: CustomerDefinition;
  /** By slug, ended and archived ones too: their months stay. */
  contracts: ReadonlyMap<string, StandingContract>;
}

/** What this customer has. */
export async function readOwn(db: Database, slug: string): Promise<Own> {
  const customer = (await readCustomers(db, [slug])).get(slug)?.wanted;
  if (customer === undefined) {
    throw nothingHere();
  }
  return { customer, contracts: await readContracts(db, { customer: slug }) };
}

/**
 * The customer's contract of this name.
 *
 * @throws NotFound nothing_here, whether there is none or it is another's
 */
export function ownContract({ contracts }: Own, slug: string): OwnContract {
  const contract = contracts.get(slug);
  if (contract === undefined || contract.versions.length === 0) {
    throw nothingHere();
  }
  return { slug, contract };
}

/** Contracts that hold now, with the version in force. */
export function contractsInForce(own: Own, now: Instant): (OwnContract & { version: RecordedVersion })[] {
  return [...own.contracts].flatMap(([slug, contract]) => {
    const { endsAt } = contract.particulars;
    const version = versionAt(contract.versions, now);
    const holds = !contract.archived && version !== undefined && (endsAt === null || now < endsAt);
    return holds ? [{ slug, contract, version }] : [];
  });
}

/** Services of the board that a contract in force covers, in the order of the page. */
export function ownServices(own: Own, { services }: StatusBoard, now: Instant): MeasuredService[] {
  const covered = new Set(
    contractsInForce(own, now).flatMap(({ version }) => coveredServices(version.clauses.covers, services)),
  );
  return services.filter((service) => covered.has(service));
}

/** The same for every address at which this customer has nothing. */
export function nothingHere(): NotFound {
  return new NotFound("nothing_here", "There is nothing at this address.");
}
