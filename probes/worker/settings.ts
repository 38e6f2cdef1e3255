/** The variables and secrets of the Worker (wrangler.toml), read and checked. */

import type { ProbeLocation } from "./location.ts";

/** What the Worker is bound to. Secrets are named after their location: `PROBE_TOKEN_LISBON`, `PROBE_KEY_LISBON`. */
export interface Environment {
  LOCATIONS: DurableObjectNamespace<ProbeLocation>;
  FOURNINES_SERVER: string;
  REGIONS: string;
  DNS_OVER_HTTPS: string;
}

/** One object: where Cloudflare is asked to run it, and the location it stands for. */
export interface Region {
  hint: DurableObjectLocationHint;
  location: string;
}

/** Cloudflare's location hints; others are refused instead of quietly run anywhere. */
const hints: readonly string[] = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"];

/** A setting that cannot be worked with: which one, and what it should be. */
export class WrongSetting extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WrongSetting";
  }
}

/** `weur=lisbon, apac=osaka`; without `=`, the location is called as its hint. Each location once. */
export function regionsOf(text: string): Region[] {
  const regions = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [hint = "", location = hint] = entry.split("=").map((part) => part.trim());
      if (!hints.includes(hint)) {
        throw new WrongSetting(`REGIONS: ${hint} is no location hint, known are ${hints.join(", ")}`);
      }
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(location)) {
        throw new WrongSetting(`REGIONS: ${location} cannot be a location, it takes a-z, 0-9 and "-"`);
      }
      return { hint: hint as DurableObjectLocationHint, location };
    });
  const twice = regions.find(({ location }, i) => regions.findIndex((one) => one.location === location) < i);
  if (twice !== undefined) {
    throw new WrongSetting(`REGIONS: ${twice.location} is named twice`);
  }
  return regions;
}

/** The server's address, which must be given. */
export function serverOf({ FOURNINES_SERVER: server }: Environment): string {
  if (!URL.canParse(server) || !/^https?:/.test(server)) {
    throw new WrongSetting(
      "FOURNINES_SERVER: the server's address is missing, e.g. https://status.example.com",
    );
  }
  return server;
}

/** A secret of one location; undefined when it was not put. */
export function secretOf(
  environment: Environment,
  name: "PROBE_TOKEN" | "PROBE_KEY",
  location: string,
): string | undefined {
  const key = `${name}_${location.toUpperCase().replaceAll("-", "_")}`;
  const value = (environment as unknown as Record<string, unknown>)[key];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
