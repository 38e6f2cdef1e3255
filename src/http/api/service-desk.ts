/** What changes services over the API and in the console has in common: what may be named in them, and services read of what was written. */
import { sealCheckSecret } from "../../actions/sealed-text.ts";
import type { ServiceDefinition } from "../../domain/status/platform.ts";
import { readService, secretText, type ServiceContext } from "../../platform-file/written-service.ts";
import { listAskers } from "../../store/askers.ts";
import { readServiceSurroundings, type StandingService } from "../../store/platforms.ts";
import type { ApiDeps } from "./deps.ts";

/** In the words of the platform file. */
type Words = Record<string, unknown>;

/** Everything a form about services offers, and a service is read by. */
export interface ServiceDesk {
  locations: { slug: string; title: string }[];
  groups: { slug: string; title: string }[];
  /** Every check there is, as others may name it: "gateway/web". */
  checks: string[];
  /** @throws InvalidInput bad_service */
  read(slug: string, words: Words, known?: StandingService): ServiceDefinition;
  /** What stands for a typed secret. */
  sealed(secret: string): string;
}

export async function openServiceDesk(deps: ApiDeps): Promise<ServiceDesk> {
  const { locations, groups, parents } = await readServiceSurroundings(deps.db);
  const askers = await listAskers(deps.db);
  const seal = (secret: string) => sealCheckSecret(deps.secretKey, secret);
  const context: ServiceContext = {
    surroundings: { capabilities: deps.capabilities, askers },
    timeZone: deps.board().settings.timeZone,
    locations: locations.map(({ slug }) => slug),
    groups: groups.map(({ slug }) => slug),
    standing: parents,
    seal,
  };
  return {
    locations,
    groups,
    checks: [...parents].flatMap(([service, checks]) => [...checks.keys()].map((one) => `${service}/${one}`)),
    read: (slug, words, known) =>
      readService(
        slug,
        words,
        known === undefined
          ? context
          : {
              ...context,
              known: new Map(known.definition.checks.map(({ slug: check, ...rest }) => [check, rest])),
            },
      ),
    sealed: (secret) => secretText(secret, seal),
  };
}

/** "Sign-in page" → "sign-in-page": what a thing is called in addresses where nobody says otherwise. */
export function slugOf(title: string): string {
  return title
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[æä]/g, "ae")
    .replaceAll(/[øö]/g, "oe")
    .replaceAll(/å/g, "aa")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}
