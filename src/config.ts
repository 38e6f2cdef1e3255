/**
 * The only reader of the environment: one frozen, typed Config, every bad variable reported at once. A secret may come from the
 * file that `NAME_FILE` names.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Fault, InvalidInput } from "./domain/errors.ts";
import type { StreamLimits } from "./http/pages/stream-places.ts";
import { type ShownVariable, shownVariables } from "./shown-variables.ts";
import { parseNetwork } from "./platform-file/networks.ts";
import { parseDuration } from "./domain/time/duration.ts";

export interface Config {
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Address of the page as readers see it, without a slash at the end; null = made of host and port. */
  baseUrl: string | null;
  /** Names beside that of BASE_URL under which the server answers, in lower case. */
  otherHosts: string[];
  /** Addresses and networks of proxies whose word is taken for who asks and how. */
  trustedProxies: string[];
  /** How many event streams are kept open, for one address and for all together. */
  eventStreams: StreamLimits;
  /** A PostgreSQL server; null = PGlite in the data folder. */
  databaseUrl: string | null;
  /** Absolute path of the data folder. */
  dataDir: string;
  /** Absolute path of the platform file; it need not exist. */
  platformFile: string;
  /** Whether the file was named, and hence must exist. */
  platformFileNamed: boolean;
  /** Location in which the local probe stands; null = the platform's only one, or "local". */
  location: string | null;
  /** What secrets are derived from; null = one of its own is kept in the data folder. */
  secretKey: string | null;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** How long evidence is kept, in ms. */
  evidenceKeptMs: number;
  /** How the people who run the platform are told what needs them. */
  alerts: AlertSettings;
  /** How mail is sent, to whomever, and from whom (null = nobody is named); null = none can be. */
  mail: { smtpUrl: string; from: string | null } | null;
  /** Address to which customers write, where mail becomes requests; null = none. */
  supportMail: string | null;
  /** Address to which letters to subscribers come back, each at one of its own; null = to whom they are from. */
  bounceMail: string | null;
  /** Port on which mail to those addresses is taken over SMTP; null = none is. */
  inboundSmtpPort: number | null;
  /** Who vouches for people beside their passwords (OpenID Connect); null = nobody. */
  identityProvider: { issuer: string; clientId: string; clientSecret: string; name: string } | null;
  /** Address called every minute while the server is well; null = none. It may be a secret. */
  checkInUrl: string | null;
  /** Copies of the public page beside the server; null: none is kept there. */
  pageCopies: {
    /** Absolute path of a folder. */
    folder: string | null;
    /** Address of the Worker that serves the page when this server does not answer. */
    worker: string | null;
    /** Never more often than this, in ms. */
    everyMs: number;
  };
  /** Whether webhooks of those who subscribe may lead into private networks. */
  internalSubscribers: boolean;
}

/** The same for a server and for a probe process that alerts by itself. */
export interface AlertSettings {
  mail: { smtpUrl: string; from: string; to: string[] } | null;
  webhook: { url: string; secret: string } | null;
}

const dayMs = 86_400_000;

/**
 * Reads the configuration.
 *
 * @throws InvalidInput bad_environment, with a field for every variable that breaks its rule
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const faults: Fault[] = [];
  const read = reader(environment, faults);
  const dataDir = resolve(read("DATA_DIR", "data", nonEmpty));
  const config: Config = {
    host: read("HOST", "127.0.0.1", nonEmpty),
    port: read("PORT", 3000, port),
    baseUrl: read<string | null>("BASE_URL", null, webAddress),
    otherHosts: read("OTHER_HOSTS", [], hostNames),
    trustedProxies: read("TRUSTED_PROXIES", [], networks),
    eventStreams: {
      // An office behind one address has room; a single machine cannot take the places of everybody.
      perAddress: read("EVENT_STREAMS_PER_ADDRESS", 200, streams),
      inTotal: read("EVENT_STREAMS", 20_000, streams),
    },
    databaseUrl: read<string | null>("DATABASE_URL", null, postgresAddress),
    dataDir,
    platformFile: resolve(read("FOURNINES_CONFIG", "platform.yaml", nonEmpty)),
    platformFileNamed: (environment.FOURNINES_CONFIG ?? "") !== "",
    location: read<string | null>("FOURNINES_LOCATION", null, slug),
    secretKey: read<string | null>("SECRET_KEY", null, secret),
    logLevel: read("LOG_LEVEL", "info", level),
    evidenceKeptMs: read("EVIDENCE_RETENTION", 5 * 366 * dayMs, retention),
    alerts: readAlertSettings(read, faults),
    mail: readMail(reader(environment, [])),
    supportMail: read<string | null>("SUPPORT_EMAIL", null, mailAddress),
    bounceMail: read<string | null>("BOUNCE_EMAIL", null, bounceAddress),
    inboundSmtpPort: readInboundPort(read, faults),
    identityProvider: readIdentityProvider(read, faults),
    checkInUrl: read<string | null>("CHECK_IN_URL", null, calledAddress),
    pageCopies: {
      folder: read<string | null>("PAGE_COPY_DIR", null, (text) => resolve(nonEmpty(text))),
      worker: read<string | null>("PAGE_COPY_URL", null, webAddress),
      everyMs: read("PAGE_COPY_EVERY", 60_000, atLeastASecond),
    },
    internalSubscribers: read("SUBSCRIBER_WEBHOOKS", false, reach),
  };
  refuse(faults);
  return Object.freeze(config);
}

/** Settings of a probe process (`fournines probe run`); a server does not read them. */
export interface ProbeConfig {
  /** Address of the server; null = the one its folder names. */
  server: string | null;
  /** Invitation to join with; null = it has joined before. */
  token: string | null;
  /** Absolute path of the folder with its key and its spool. */
  dir: string;
  /** Batches that nobody has taken for so long: people are told. */
  alertAfterMs: number;
  alerts: AlertSettings;
  logLevel: Config["logLevel"];
}

/**
 * Reads the configuration of a probe process.
 *
 * @throws InvalidInput bad_environment, with a field for every variable that breaks its rule
 */
export function readProbeConfig(environment: Record<string, string | undefined> = process.env): ProbeConfig {
  const faults: Fault[] = [];
  const read = reader(environment, faults);
  const config: ProbeConfig = {
    server: read<string | null>("FOURNINES_SERVER", null, webAddress),
    token: read<string | null>("PROBE_TOKEN", null, invitation),
    dir: resolve(read("PROBE_DIR", "probe-data", nonEmpty)),
    alertAfterMs: read("PROBE_ALERT_AFTER", 5 * 60_000, atLeastASecond),
    alerts: readAlertSettings(read, faults),
    logLevel: read("LOG_LEVEL", "info", level),
  };
  refuse(faults);
  return Object.freeze(config);
}

type Read = <T>(name: string, fallback: T, parse: (text: string) => T) => T;

/** Reads one variable by its rule; a fault is noted, and the fallback stands in for it. */
function reader(environment: Record<string, string | undefined>, faults: Fault[]): Read {
  return (name, fallback, parse) => {
    const text = valueOf(environment, name, faults);
    if (text === undefined) {
      return fallback;
    }
    try {
      return parse(text);
    } catch (error) {
      faults.push({ pointer: name, detail: (error as Error).message });
      return fallback;
    }
  };
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) {
    const list = faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join("; ");
    throw new InvalidInput("bad_environment", `the environment is not right: ${list}`, faults);
  }
}

/** All that a provider needs, or nothing of it. */
function readIdentityProvider(read: Read, faults: Fault[]): Config["identityProvider"] {
  const issuer = read<string | null>("OIDC_ISSUER", null, webAddress);
  const clientId = read<string | null>("OIDC_CLIENT_ID", null, nonEmpty);
  const clientSecret = read<string | null>("OIDC_CLIENT_SECRET", null, nonEmpty);
  const name = read<string | null>("OIDC_NAME", null, nonEmpty);
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  const missing = Object.entries(given).filter(([, value]) => value === null);
  if (issuer !== null && clientId !== null && clientSecret !== null) {
    return { issuer, clientId, clientSecret, name: name ?? new URL(issuer).host };
  }
  if (missing.length < 3) {
    faults.push(...missing.map(([pointer]) => ({ pointer, detail: "is needed for an identity provider" })));
  }
  return null;
}

/** Mail is only taken for an address that is named. */
function readInboundPort(read: Read, faults: Fault[]): number | null {
  const inbound = read<number | null>("INBOUND_SMTP_PORT", null, port);
  const isTaken = ["SUPPORT_EMAIL", "BOUNCE_EMAIL"].some((name) => read<string>(name, "", nonEmpty) !== "");
  if (inbound !== null && !isTaken) {
    faults.push({
      pointer: "SUPPORT_EMAIL",
      detail: "must be set with INBOUND_SMTP_PORT, or BOUNCE_EMAIL: the addresses that mail is taken for",
    });
  }
  return inbound;
}

/** Its faults are told with the alerts' settings, which read the same. */
function readMail(read: Read): Config["mail"] {
  const smtpUrl = read<string | null>("SMTP_URL", null, smtpAddress);
  const from = read<string | null>("MAIL_FROM", null, mailAddress);
  return smtpUrl === null ? null : { smtpUrl, from: from ?? accountOf(smtpUrl) };
}

/** Mail takes SMTP_URL and ALERT_EMAIL, a webhook its address and the secret that signs it. */
function readAlertSettings(read: Read, faults: Fault[]): AlertSettings {
  const smtpUrl = read<string | null>("SMTP_URL", null, smtpAddress);
  const to = read<string[] | null>("ALERT_EMAIL", null, mailAddresses);
  const from = read<string | null>("MAIL_FROM", null, mailAddress);
  const url = read<string | null>("ALERT_WEBHOOK_URL", null, calledAddress);
  const secret = read<string | null>("ALERT_WEBHOOK_SECRET", null, webhookSecret);
  const isFaulty = (name: string) => faults.some(({ pointer }) => pointer.replace(/_FILE$/, "") === name);
  if (to !== null && smtpUrl === null && !isFaulty("SMTP_URL")) {
    faults.push({ pointer: "SMTP_URL", detail: "must be set, so that mail can go to ALERT_EMAIL" });
  }
  if (url !== null && secret === null && !isFaulty("ALERT_WEBHOOK_SECRET")) {
    const detail = "must be set with ALERT_WEBHOOK_URL: whsec_ and 32 random bytes in base64";
    faults.push({ pointer: "ALERT_WEBHOOK_SECRET", detail });
  }
  return {
    mail: smtpUrl === null || to === null ? null : { smtpUrl, to, from: from ?? senderOf(smtpUrl, to[0]!) },
    webhook: url === null || secret === null ? null : { url, secret },
  };
}

/** Who mail is from where nothing is said: the account that sends it, if that is an address. */
function senderOf(smtpUrl: string, recipient: string): string {
  return accountOf(smtpUrl) ?? recipient;
}

/** Why no mail can be sent to customers; null: it can. */
export function mailTroubleOf(mail: Config["mail"]): string | null {
  if (mail === null) {
    return "SMTP_URL is not set";
  }
  return mail.from === null ? "MAIL_FROM is not set" : null;
}

function accountOf(smtpUrl: string): string | null {
  const user = decodeURIComponent(new URL(smtpUrl).username);
  return user.includes("@") ? user : null;
}

/** Value of a secret reference of the platform file: a variable of the environment, or the text of a file. */
export function readSecret(
  reference: { from: "env" | "file"; name: string },
  environment: Record<string, string | undefined> = process.env,
): string | undefined {
  if (reference.from === "env") {
    return environment[reference.name];
  }
  try {
    return readFileSync(reference.name, "utf8").trimEnd();
  } catch {
    return undefined;
  }
}

/** What may be shown of the environment to those who keep the installation. */
export function readShownVariables(
  environment: Record<string, string | undefined> = process.env,
): ShownVariable[] {
  return shownVariables(environment);
}

/** Where files of one installation lie in the data folder. */
export function dataPaths(dataDir: string) {
  return {
    /** Address and control token of the running server, for the command line on the same machine. */
    server: join(dataDir, "server.json"),
    probeKey: join(dataDir, "probe.key"),
    secretKey: join(dataDir, "secret.key"),
    /** The public board as it was told last, for a start without the database. */
    board: join(dataDir, "board.kept"),
  };
}

function valueOf(
  environment: Record<string, string | undefined>,
  name: string,
  faults: Fault[],
): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file === undefined || file === "") {
    return environment[name] === "" ? undefined : environment[name];
  }
  try {
    return readFileSync(file, "utf8").trimEnd();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    faults.push({ pointer: `${name}_FILE`, detail: `names ${file}, which cannot be read (${code})` });
    return undefined;
  }
}

function nonEmpty(text: string): string {
  if (text.trim() === "") {
    throw new Error("must not be blank");
  }
  return text;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) {
    throw new Error(`must be a port from 0 to 65535, not "${text}"`);
  }
  return number;
}

/** Each is a connection that stays open; beyond a million a machine has no ports to answer from. */
function streams(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 1_000_000) {
    throw new Error(`must be a number from 0 to 1000000, not "${text}"`);
  }
  return number;
}

function webAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`must be an address like https://status.example.com, not "${text}"`);
  }
  return text.replace(/\/+$/, "");
}

/** An address that we call: kept as it is, and never repeated, as whoever knows it may call it too. */
function calledAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error("must be an address like https://alerts.example.com/fournines");
  }
  return text;
}

function hostNames(text: string): string[] {
  return text.split(",").map((one) => {
    const name = one.trim().toLowerCase();
    if (URL.parse(`http://${name}`)?.hostname !== name) {
      throw new Error(`must be names like origin.example.com, separated by commas, not "${one.trim()}"`);
    }
    return name;
  });
}

function networks(text: string): string[] {
  const all = text.split(",").map((one) => one.trim());
  all.forEach(parseNetwork);
  return all;
}

function postgresAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error("must be an address like postgres://user:password@host:5432/database");
  }
  return text;
}

function smtpAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") {
    throw new Error("must be an address like smtps://user:password@mail.example.com:465");
  }
  return text;
}

function mailAddress(text: string): string {
  if (!/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text.trim())) {
    throw new Error(`must be an address like ops@example.com, not "${text}"`);
  }
  return text.trim();
}

/** Before its "@" a way back of each letter must have room (RFC 5321, 4.5.3.1.1), 46 signs of 64. */
function bounceAddress(text: string): string {
  const address = mailAddress(text);
  if (address.indexOf("@") > 18) {
    throw new Error(`must have at most 18 signs before the "@", not "${text}"`);
  }
  return address;
}

function mailAddresses(text: string): string[] {
  return text.split(",").map(mailAddress);
}

function webhookSecret(text: string): string {
  const bytes = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text.slice(6), "base64").length : 0;
  if (bytes < 24 || bytes > 64) {
    throw new Error("must be whsec_ and 24 to 64 random bytes in base64");
  }
  return text;
}

function atLeastASecond(text: string): number {
  const ms = parseDuration(text);
  if (ms < 1_000) {
    throw new Error(`must be at least 1s, not "${text}"`);
  }
  return ms;
}

function invitation(text: string): string {
  if (!/^fnp_[\x21-\x7e]+$/.test(text)) {
    throw new Error("must be an invitation, fnp_…, as fournines probe invite prints it");
  }
  return text;
}

function slug(text: string): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) {
    throw new Error(`must be a slug of lower-case letters, digits and single dashes, not "${text}"`);
  }
  return text;
}

function secret(text: string): string {
  if (text.length < 32) {
    throw new Error("must have at least 32 characters");
  }
  return text;
}

function reach(text: string): boolean {
  if (text !== "public" && text !== "internal") {
    throw new Error(`must be public or internal, not "${text}"`);
  }
  return text === "internal";
}

function level(text: string): Config["logLevel"] {
  const levels = ["debug", "info", "warn", "error", "silent"] as const;
  const found = levels.find((candidate) => candidate === text);
  if (found === undefined) {
    throw new Error(`must be one of ${levels.join(", ")}, not "${text}"`);
  }
  return found;
}

function retention(text: string): number {
  const ms = parseDuration(text);
  if (ms < 3 * dayMs) {
    throw new Error(`must be at least 3d, not "${text}"`);
  }
  return ms;
}
