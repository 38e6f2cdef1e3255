/** `fournines customer link | links | unlink`: who is let into the portal. A thin client of the running server's API. */
import type { Command } from "commander";
import { type CommonOptions, converse, type Terminal, withServerOptions } from "./words.ts";

interface LinkJson {
  id: string;
  author: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** Adds the command and its subcommands. */
export function addCustomerCommands(program: Command, terminal: Terminal): void {
  const customer = program.command("customer").description("who is let into the customer portal");

  withServerOptions(
    customer
      .command("link <customer>")
      .description("make a link that lets a customer into the portal for 90 days"),
  ).action(async (slug: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const made = await server.ask<LinkJson & { path: string }>("POST", addressOf(slug));
    terminal.print(
      options.json === true ? JSON.stringify(made, null, 2) : `${await server.url()}${made.path}`,
    );
  });

  withServerOptions(
    customer.command("links <customer>").description("the links there are, newest first"),
  ).action(async (slug: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const answer = await server.ask<{ links: LinkJson[] }>("GET", addressOf(slug));
    if (options.json === true) {
      terminal.print(JSON.stringify(answer, null, 2));
      return;
    }
    for (const link of answer.links) {
      const until =
        link.revoked_at === null
          ? `until ${await server.local(link.expires_at)}`
          : `revoked ${await server.local(link.revoked_at)}`;
      const used =
        link.last_used_at === null ? "never used" : `last used ${await server.local(link.last_used_at)}`;
      terminal.print(`${link.id}  made by ${link.author}  ${until}  ${used}`);
    }
    if (answer.links.length === 0) {
      terminal.print("No links.");
    }
  });

  withServerOptions(
    customer.command("unlink <customer> <id>").description("let a link, and whoever it let in, in no more"),
  ).action(async (slug: string, id: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const answer = await server.ask("DELETE", `${addressOf(slug)}/${encodeURIComponent(id)}`);
    terminal.print(
      options.json === true ? JSON.stringify(answer, null, 2) : `${id} lets nobody in any more.`,
    );
  });
}

function addressOf(customer: string): string {
  return `/api/v1/customers/${encodeURIComponent(customer)}/links`;
}
