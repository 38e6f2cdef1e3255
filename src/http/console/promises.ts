/**
 * Which services are promised to whom: the contracts in force, kept in memory as long as the store's mark says that they still are. For
 * pages about services, of which there may be thousands.
 */
import type { StandingContract } from "../../domain/sla/promise/agreement-plan.ts";
import { type Coverage, coveredServices } from "../../domain/sla/promise/clauses.ts";
import { versionAt } from "../../domain/sla/promise/contract-versions.ts";
import type { MeasuredService } from "../../domain/status/service.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { readContracts, readCustomers } from "../../store/agreements.ts";
import type { Database } from "../../store/database.ts";
import { readContractsMark } from "../../store/marks.ts";
import { keptUnder } from "./standing.ts";

/** What one contract covers now. */
export interface PromisedBy {
  slug: string;
  title: string;
  covers: Coverage;
}

/** The contracts in force at an instant. */
export type ReadPromises = (now: Instant) => Promise<readonly PromisedBy[]>;

export function keepPromises(db: Database): ReadPromises {
  const contracts = keptUnder(() => readContracts(db));
  return async (now) => inForce(await contracts(await readContractsMark(db)), now);
}

/** Every contract and customer by name. */
export interface AgreedNames {
  contracts: readonly { slug: string; title: string; customer: string }[];
  customers: readonly { slug: string; name: string }[];
}

export function keepAgreedNames(db: Database): () => Promise<AgreedNames> {
  const names = keptUnder(async (): Promise<AgreedNames> => {
    const customers = [...(await readCustomers(db))].map(([slug, { wanted }]) => ({
      slug,
      name: wanted.name,
    }));
    const nameOf = new Map(customers.map(({ slug, name }) => [slug, name]));
    const contracts = [...(await readContracts(db))].map(
      ([
        slug,
        {
          particulars: { title, customer },
        },
      ]) => ({
        ...{ slug, title },
        customer: nameOf.get(customer) ?? customer,
      }),
    );
    return { contracts, customers };
  });
  return async () => names(await readContractsMark(db));
}

function inForce(contracts: ReadonlyMap<string, StandingContract>, now: Instant): PromisedBy[] {
  return [...contracts].flatMap(([slug, { particulars, versions, archived }]) => {
    const version = versionAt(versions, now);
    const isOver = archived || (particulars.endsAt !== null && particulars.endsAt <= now);
    return version === undefined || isOver
      ? []
      : [{ slug, title: particulars.title, covers: version.clauses.covers }];
  });
}

/** Those of them that cover this service. */
export function promisesOf(
  contracts: readonly PromisedBy[],
  service: { slug: string; groupSlug: string | null },
): PromisedBy[] {
  return contracts.filter(({ covers }) => coveredServices(covers, [service]).length > 0);
}

/** Slugs of the services that some contract covers. */
export function promisedSlugs(
  contracts: readonly PromisedBy[],
  services: readonly MeasuredService[],
): Set<string> {
  const slugs = new Set<string>();
  const groups = new Set<string>();
  let isAll = false;
  for (const { covers } of contracts) {
    if (covers === "*") {
      isAll = true;
    } else {
      covers.services.forEach((slug) => slugs.add(slug));
      covers.groups.forEach((slug) => groups.add(slug));
    }
  }
  const isPromised = ({ slug, groupSlug }: MeasuredService) =>
    isAll || slugs.has(slug) || (groupSlug !== null && groups.has(groupSlug));
  return new Set(services.filter(isPromised).map(({ slug }) => slug));
}

/** Whether anything that decides its state is asked of it. */
export function isMonitored({ checks }: MeasuredService): boolean {
  return checks.some(({ counts }) => counts);
}
