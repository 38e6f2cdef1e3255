/**
 * A service as people write it in the console or over the API: the same words and rules as in a platform file, with what it may refer to
 * read from what stands. Secrets are typed as `${secret:…}` and sealed before anything is kept; one that is kept already is `${sealed:kept}`.
 */
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import type { ServiceDefinition } from "../domain/status/platform.ts";
import { toService } from "./definition.ts";
import type { Surroundings } from "./surroundings.ts";
import { service as serviceShape } from "./described-file.ts";
import type { Path } from "./mistakes.ts";
import { type NamedChecks, resolveParents } from "./parents.ts";
import { mapSecretTexts, printReference, secretReferences } from "./secrets.ts";
import { readWritten } from "./written.ts";

/** What a written service may refer to. */
export interface ServiceContext {
  surroundings: Surroundings;
  timeZone: string;
  /** Slugs of the platform's locations and groups. */
  locations: readonly string[];
  groups: readonly string[];
  /** Every check there is, by service, with its parent: whom a check may depend on. */
  standing: NamedChecks;
  /** What stands under its slug, so that a secret may be kept; absent: it is new. */
  known?: ReadonlyMap<string, CheckDefinition>;
  /** Seals a secret, for the name of a reference. */
  seal(secret: string): string;
}

/** Stands for a secret that is there already, and is never shown. */
export const keptSecret = "${sealed:kept}";

const typedSecrets = /\$\{secret:([^{}]+)\}/g;

/** The shapes, for the API's description. */
export { check as writtenCheck, service as writtenService } from "./described-file.ts";

/** A text with the secret in it, to be sealed when it is read. Secrets of any characters go through. */
export function secretText(secret: string, seal: ServiceContext["seal"]): string {
  return secret === "" ? "" : printReference({ from: "sealed", name: seal(secret) });
}

/**
 * The service, ready to be put.
 *
 * @throws InvalidInput bad_service, every fault at its place
 */
export function readService(slug: string, body: unknown, context: ServiceContext): ServiceDefinition {
  const { surroundings, timeZone, locations, groups, standing } = context;
  return readWritten("service", slug, sealedIn(body, context.seal), serviceShape, (said, note) => {
    const checks = { surroundings, note, timeZone, locations: [...locations], defaults: {} };
    const service = toService(slug, said, { groups, path: [] }, checks);
    const own = new Map([...(said.checks ?? [])].map(([name, check]) => [name, check?.parent] as const));
    resolveParents([service], new Map([...standing, [slug, own]]), (rule, path, place) => {
      // What others refer to was right when they were put.
      if (path[1] === slug) {
        note(rule, path.slice(2), place);
      }
    });
    for (const check of service.checks) {
      check.target = withKept(check, context.known?.get(check.slug), (rule) =>
        note(rule, placeOfSecret(check.slug, check.target.kind)),
      );
    }
    return service;
  });
}

/** The same body with every typed secret sealed, wherever it stands: the reader refuses it where none may. */
function sealedIn(value: unknown, seal: ServiceContext["seal"]): unknown {
  if (typeof value === "string") {
    return value.replaceAll(typedSecrets, (_, secret: string) => secretText(secret, seal));
  }
  if (Array.isArray(value)) {
    return value.map((one) => sealedIn(one, seal));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sealedIn(one, seal)]))
    : value;
}

/**
 * The target with the secrets that are kept. Whoever may change an address must not be able to have a secret sent there that they do
 * not know: where it changes, secrets are typed anew.
 */
function withKept(
  check: Pick<CheckDefinition, "target">,
  known: CheckDefinition | undefined,
  note: (rule: string) => void,
): CheckDefinition["target"] {
  const { target } = check;
  const outside = secretReferences(target).filter(({ from }) => from !== "sealed");
  if (outside.length > 0) {
    note(
      `${printReference(outside[0]!)} stands in a platform file only; type the secret itself, it is kept sealed`,
    );
  }
  const kept = known === undefined ? [] : textsOf(known.target);
  const isSame = known !== undefined && addressOf(known.target) === addressOf(target);
  let faults = 0;
  const filled = mapSecretTexts(target, (text, place) => {
    if (!text.includes(keptSecret)) {
      return text;
    }
    const before = kept.find((one) => one.place === place)?.text;
    if (before === undefined || !isSame) {
      faults++;
      return text;
    }
    return before;
  });
  if (faults > 0) {
    note(
      isSame
        ? "there is no secret to keep here: type it"
        : "it would be sent to another address now: type the secret anew",
    );
  }
  return filled;
}

function textsOf(target: CheckDefinition["target"]): { place: string; text: string }[] {
  const found: { place: string; text: string }[] = [];
  mapSecretTexts(target, (text, place) => {
    found.push({ place, text });
    return text;
  });
  return found;
}

/** Where a target is, as far as it decides who reads a secret. */
function addressOf(target: CheckDefinition["target"]): string {
  switch (target.kind) {
    case "http":
    case "websocket":
      return new URL(target.url).origin;
    case "tcp":
      return `${target.host}:${target.port}`;
    default:
      return "";
  }
}

function placeOfSecret(check: string, kind: CheckDefinition["target"]["kind"]): Path {
  return ["checks", check, kind];
}
