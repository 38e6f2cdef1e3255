/** What every part of a running server is given, and what each of them hands back to whoever ends it. Between server.ts and its parts. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";

export interface Surroundings {
  config: Config;
  db: Database;
  log: Logger;
  now(): Instant;
  secretKey: string;
  /** All that is known at this moment. */
  facts(): StatusBoard & { version: number };
  /** Where people reach this server as far as it knows: what it was told, else where it listens. */
  address(): string;
  /** Of several servers one derives and sends for all. */
  derives(): boolean;
  /** Whether it is this one's turn to send, and what it sends can be noted. */
  maySend(): boolean;
  /** Tells of what went wrong, with what stood by; what follows from a database that is away was said already. */
  failed(error: unknown, more: object, message: string): void;
}
