/** `fournines token create | list | revoke`: who may write, until people and roles come with the console. */
import type { Command } from "commander";
import { createToken } from "../actions/create-token.ts";
import { listTokens, revokeToken, type TokenRow } from "../store/tokens.ts";
import { askServer, findServer, findServerInCharge } from "./connection.ts";
import { withDatabase } from "./database.ts";
import type { Terminal } from "./words.ts";

export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command("token").description("who may write");
  token
    .command("create")
    .description("make a token; it is shown once")
    .argument("<name>", "what its words are published under, internally")
    .action(async (name: string) => {
      const server = await findServerInCharge(terminal.environment);
      const made = server
        ? (await askServer<{ token: string }>(server, "POST", "/api/v1/tokens", { name })).token
        : await withDatabase(({ db }) => createToken(db, name, Date.now()), terminal.environment);
      terminal.print(made);
    });
  token
    .command("link")
    .description("make a link that signs the holder of a token in to the console: once, within an hour")
    .argument("<name>")
    .action(async (name: string) => {
      const server = findServer({}, terminal.environment);
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
      for (const { name, createdAt, lastUsedAt, revokedAt } of tokens) {
        const used = lastUsedAt === null ? "never used" : `last used ${day(lastUsedAt)}`;
        const state = revokedAt === null ? used : `revoked ${day(revokedAt)}`;
        terminal.print(`${name.padEnd(30)}  made ${day(createdAt)}  ${state}`);
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
        await withDatabase(({ db }) => revokeToken(db, name, Date.now()), terminal.environment);
      }
      terminal.print(`${name} may write no more.`);
    });
}

interface TokenJson {
  name: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

function fromJson(token: TokenJson): TokenRow {
  const instant = (text: string | null) => (text === null ? null : Date.parse(text));
  return {
    name: token.name,
    createdAt: Date.parse(token.created_at),
    lastUsedAt: instant(token.last_used_at),
    revokedAt: instant(token.revoked_at),
  };
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
