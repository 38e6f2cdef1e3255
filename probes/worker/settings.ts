/** The variables and secrets of the Worker (wrangler.toml), read and checked. */
import type { AlertWay } from "./alerts.ts";

/** What the Worker is told. Some secrets are named after their location: `PROBE_TOKEN_LISBON`, `PROBE_KEY_LISBON`. */
export interface Settings {
  FOURNINES_SERVER: string;
  REGIONS: string;
  DNS_OVER_HTTPS: string;
  /** Where the server itself answers, when the Worker stands at the page's address. */
  PAGE_ORIGIN?: string;
  /** The server's public key, base64: only what it sealed is served. */
  PAGE_KEY?: string;
  /** The server is waited for so long; `3s`. */
  PAGE_PATIENCE?: string;
  /** Nobody has taken a batch for so long: people are told, where there is a way to. `90s`, `5m` or `1h`. */
  PROBE_ALERT_AFTER?: string;
  /** Secrets, both or none. */
  ALERT_WEBHOOK_URL?: string;
  ALERT_WEBHOOK_SECRET?: string;
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
export function serverOf({ FOURNINES_SERVER: server }: Settings): string {
  if (!URL.canParse(server) || !/^https?:/.test(server)) {
    throw new WrongSetting(
      "FOURNINES_SERVER: the server's address is missing, e.g. https://status.example.com",
    );
  }
  return server;
}

/** Whom to tell when nobody takes what the probe sees; null = nobody. */
export function alertWayOf({
  ALERT_WEBHOOK_URL: url,
  ALERT_WEBHOOK_SECRET: secret,
}: Settings): AlertWay | null {
  if (url === undefined || url === "") {
    return null;
  }
  if (!URL.canParse(url) || secret === undefined || !/^whsec_[A-Za-z0-9+/]{32,}=*$/.test(secret)) {
    throw new WrongSetting(
      "ALERT_WEBHOOK_URL takes an address, and ALERT_WEBHOOK_SECRET with it: whsec_ and 32 random bytes in base64",
    );
  }
  return { url, secret };
}

/** Five minutes unless told. */
export function alertAfterMsOf({ PROBE_ALERT_AFTER: text = "5m" }: Settings): number {
  return durationOf("PROBE_ALERT_AFTER", text);
}

function durationOf(name: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})(s|m|h)$/.exec(text.trim()) ?? [];
  if (count === undefined) {
    throw new WrongSetting(`${name}: a number with s, m or h, e.g. 5m`);
  }
  return Number(count) * (unit === "s" ? 1_000 : unit === "m" ? 60_000 : 3_600_000);
}

/** The page that the Worker stands before. */
export interface PageSettings {
  /** Address of the server itself. */
  origin: string;
  /** Public key of the server, base64. */
  key: string;
  patienceMs: number;
}

/** Null: it stands before no page. */
export function pageOf({
  PAGE_ORIGIN: origin = "",
  PAGE_KEY: key = "",
  PAGE_PATIENCE: patience = "3s",
}: Settings): PageSettings | null {
  if (origin === "" && key === "") {
    return null;
  }
  if (!URL.canParse(origin) || !/^https?:/.test(origin)) {
    throw new WrongSetting("PAGE_ORIGIN: where the server itself answers, e.g. https://origin.example.com");
  }
  if (!/^[A-Za-z0-9+/]{43}=$/.test(key)) {
    throw new WrongSetting("PAGE_KEY: the server's public key, as fournines export-page prints it");
  }
  return { origin, key, patienceMs: durationOf("PAGE_PATIENCE", patience) };
}

/** A secret of one location; undefined when it was not put. */
export function secretOf(
  environment: Settings,
  name: "PROBE_TOKEN" | "PROBE_KEY",
  location: string,
): string | undefined {
  const key = `${name}_${location.toUpperCase().replaceAll("-", "_")}`;
  const value = (environment as unknown as Record<string, unknown>)[key];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
