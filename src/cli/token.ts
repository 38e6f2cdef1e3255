/** `fournines token create | link | list | revoke`: what machines write with, and people where they have no browser. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { controlAuthor, createToken } from "../actions/create-token.ts";
import { revokeToken } from "../actions/revoke-token.ts";
import { type Scope, scopes } from "../domain/people/rights.ts";
import { parseDuration } from "../domain/time/duration.ts";
import { isoDay, isoInstant } from "../domain/time/written-instant.ts";
import { listTokens, type TokenRow } from "../store/tokens.ts";
import { askServer, findServer, findServerInCharge } from "./connection.ts";
import { withDatabase } from "./database.ts";
import type { Terminal } from "./words.ts";

export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command("token").description("who may write");
  token
    .command("create")
    .description("make a token; it is shown once")
    .argument("<name>", "what its words are published under, internally")
    .addOption(new Option("--scope <scope...>", "what it may do; absent: everything").choices(scopes))
    .option(
      "--expires <when>",
      "a duration from now (90d) or a date (2027-01-31); absent: never",
      momentAhead,
    )
    .action(async (name: string, { scope = null, expires = null }: TokenOptions) => {
      const server = await findServerInCharge(terminal.environment);
      const wanted = { name, scopes: scope, expires_at: expires && isoInstant(expires) };
      const terms = { scopes: scope, personId: null, expiresAt: expires, author: controlAuthor };
      const made = server
        ? (await askServer<{ token: string }>(server, "POST", "/api/v1/tokens", wanted)).token
        : await withDatabase(({ db }) => createToken(db, name, Date.now(), terms), terminal.environment);
      terminal.print(made);
    });
  token
    .command("link")
    .description("make a link that signs the holder of a token in to the console: once, within an hour")
    .argument("<name>")
    .action(async (name: string) => {
      const server = await findServer({}, terminal.environment);
      const { path } = await askServer<{ path: string }>(
        server,
        "POST",
        `/api/v1/tokens/${encodeURIComponent(name)}/sign-in-links`,
      );
      terminal.print(`${server.url}${path}`);
    });
  token
    .command("list")
    .description("show the tokens there are")
    .action(async () => {
      const server = await findServerInCharge(terminal.environment);
      const tokens = server
        ? (await askServer<{ tokens: TokenJson[] }>(server, "GET", "/api/v1/tokens")).tokens.map(fromJson)
        : await withDatabase(({ db }) => listTokens(db), terminal.environment);
      for (const token of tokens) {
        terminal.print(tokenLine(token));
      }
    });
  token
    .command("revoke")
    .description("let a token write no more")
    .argument("<name>")
    .action(async (name: string) => {
      const server = await findServerInCharge(terminal.environment);
      if (server) {
        await askServer(server, "DELETE", `/api/v1/tokens/${encodeURIComponent(name)}`);
      } else {
        await withDatabase(
          ({ db }) => revokeToken(db, name, controlAuthor, Date.now()),
          terminal.environment,
        );
      }
      terminal.print(`${name} may write no more.`);
    });
}

interface TokenOptions {
  scope?: Scope[] | null;
  expires?: number | null;
}

function momentAhead(text: string): number {
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text);
  try {
    const at = isDate ? Date.parse(text) : Date.now() + parseDuration(text);
    if (Number.isFinite(at)) {
      return at;
    }
  } catch {
    // Told below, with both ways to write it.
  }
  throw new InvalidArgumentError("Write a duration (90d) or a date (2027-01-31).");
}

function tokenLine({
  name,
  scopes: may,
  owner,
  createdAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
}: TokenRow): string {
  const used = lastUsedAt === null ? "never used" : `last used ${isoDay(lastUsedAt)}`;
  const state = revokedAt === null ? used : `revoked ${isoDay(revokedAt)}`;
  const until = expiresAt === null ? "" : `  expires ${isoDay(expiresAt)}`;
  const whose = owner === null ? "" : `  of ${owner}`;
  return `${name.padEnd(30)}  made ${isoDay(createdAt)}${until}  ${state}  may ${may?.join(" ") ?? "everything"}${whose}`;
}

interface TokenJson {
  name: string;
  scopes: Scope[] | null;
  owner: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

function fromJson(token: TokenJson): TokenRow {
  const instant = (text: string | null) => (text === null ? null : Date.parse(text));
  return {
    name: token.name,
    scopes: token.scopes,
    owner: token.owner,
    createdAt: Date.parse(token.created_at),
    expiresAt: instant(token.expires_at),
    lastUsedAt: instant(token.last_used_at),
    revokedAt: instant(token.revoked_at),
  };
}
