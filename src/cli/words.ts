/**
 * What the commands for incidents and maintenance share: the ways in which times are typed and printed, and their options.
 */
import type { Command } from "commander";
import { InvalidInput } from "../domain/errors.ts";
import { parseDuration } from "../domain/time/duration.ts";
import { nextTimeOfDay, parseLocalTime, printLocalTime } from "../domain/time/local-time.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { askServer, type Connection, findServer, type ServerOptions } from "./connection.ts";

/** Where a command prints, which environment and which clock it reads. */
export interface Terminal {
  print(line: string): void;
  environment?: Record<string, string | undefined>;
  now?(): Instant;
}

/** Everything was printed; only the exit status is left to tell. */
export class CommandEnded extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended with status ${status}`);
    this.status = status;
  }
}

/** Options that every command here has. */
export interface CommonOptions extends ServerOptions {
  json?: boolean;
}

/** Adds the options for the server and for scripts. */
export function withServerOptions(command: Command): Command {
  return command
    .option(
      "--server <address>",
      "the server to ask (default: FOURNINES_URL, or the one running in DATA_DIR)",
    )
    .option(
      "--token <token>",
      "the token to write with (default: FOURNINES_TOKEN, or that of the running server)",
    )
    .option("--json", "print the server's answer as JSON");
}

/** A conversation with the server: what is asked, in the zone of its platform. */
export interface Conversation {
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Its address, without a slash at the end. */
  url(): Promise<string>;
  /** The zone in which people of this platform tell the time; asked once. */
  timeZone(): Promise<string>;
  /** A time as typed, in the platform's zone or as ISO 8601 with an offset, for the API. */
  instant(text: string): Promise<string>;
  /** A time to come, for the API: so long from now (`30m`), when the clock there next shows it (`14:50`), or as `instant` takes it. */
  coming(text: string): Promise<string>;
  /** A time of the API in the platform's zone; "–" for none. */
  local(text: string | null): Promise<string>;
}

export function converse(options: ServerOptions, terminal: Terminal): Conversation {
  let found: Promise<Connection> | undefined;
  const connect = () => (found ??= findServer(options, terminal.environment));
  const ask = async <Answer>(method: string, path: string, body?: unknown) =>
    askServer<Answer>(await connect(), method, path, body);
  let zone: Promise<string> | undefined;
  const timeZone = () =>
    (zone ??= ask<{ time_zone: string }>("GET", "/api/v1/summary").then((summary) => summary.time_zone));
  const now = terminal.now ?? Date.now;
  const instant = async (text: string) => {
    if (/(Z|[+-]\d\d:\d\d)$/.test(text)) {
      if (Number.isNaN(Date.parse(text))) {
        throw new InvalidInput("time", `"${text}" is not a time like 2026-12-01T22:00:00Z.`);
      }
      return text;
    }
    return isoInstant(parseLocalTime(text, await timeZone()));
  };
  return {
    ask,
    url: async () => (await connect()).url,
    timeZone,
    instant,
    async coming(text) {
      if (/^(\d+[a-z]+)+$/.test(text)) {
        return isoInstant(now() + parseDuration(text));
      }
      return /^\d\d:\d\d$/.test(text)
        ? isoInstant(nextTimeOfDay(text, await timeZone(), now()))
        : instant(text);
    },
    local: async (text) => (text === null ? "–" : printLocalTime(Date.parse(text), await timeZone())),
  };
}

/** For options that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
