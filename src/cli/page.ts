/** `fournines page list | link | links | unlink`: which pages there are, and who is let in by a link. A thin client of the running server's API. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type LinkOpens, linkOpens } from "../domain/status/page-access.ts";
import { type CommonOptions, converse, type Terminal, withServerOptions } from "./words.ts";

interface PageJson {
  slug: string;
  title: string;
  path: string;
  domain: string | null;
  services: string[];
  access: string[];
}

interface LinkJson {
  id: string;
  name: string;
  opens: LinkOpens;
  author: string;
  expires_at: string | null;
  revoked_at: string | null;
}

interface LinkOptions extends CommonOptions {
  name: string;
  opens: LinkOpens;
  days: number | "unlimited";
}

/** Adds the command and its subcommands. */
export function addPageCommands(program: Command, terminal: Terminal): void {
  const page = program.command("page").description("pages of audiences, and the links that let in to them");

  withServerOptions(page.command("list").description("the pages there are, and who may see them")).action(
    async (options: CommonOptions) => {
      const answer = await converse(options, terminal).ask<{ pages: PageJson[] }>("GET", "/api/v1/pages");
      if (options.json === true) {
        terminal.print(JSON.stringify(answer, null, 2));
        return;
      }
      for (const { slug, title, path, domain, services, access } of answer.pages) {
        const shows = services.length === 1 ? "1 service" : `${services.length} services`;
        terminal.print(`${slug}  ${title}  ${domain ?? path}  ${shows}  by ${access.join(", ")}`);
      }
      if (answer.pages.length === 0) {
        terminal.print("No pages beside the public one.");
      }
    },
  );

  withServerOptions(
    page
      .command("link <page>")
      .description(
        'make a link that opens a page, or its feeds; it is shown once ("public": the page at the root)',
      )
      .requiredOption("--name <name>", "for whom it is")
      .addOption(
        new Option("--opens <what>", "the page, or its feeds alone").choices(linkOpens).default("page"),
      )
      .option("--days <days>", 'how long it holds; "unlimited": until it is revoked', daysOf, 90),
  ).action(async (slug: string, { name, opens, days, ...options }: LinkOptions) => {
    const server = converse(options, terminal);
    const made = await server.ask<{ path: string; url: string | null }>("POST", addressOf(slug), {
      ...{ name, opens, days: days === "unlimited" ? null : days },
    });
    terminal.print(
      options.json === true
        ? JSON.stringify(made, null, 2)
        : (made.url ?? `${await server.url()}${made.path}`),
    );
  });

  withServerOptions(page.command("links <page>").description("the links of a page, newest first")).action(
    async (slug: string, options: CommonOptions) => {
      const server = converse(options, terminal);
      const answer = await server.ask<{ links: LinkJson[] }>("GET", addressOf(slug));
      if (options.json === true) {
        terminal.print(JSON.stringify(answer, null, 2));
        return;
      }
      for (const { id, name, opens, author, expires_at: expires, revoked_at: revoked } of answer.links) {
        const until =
          revoked !== null
            ? `revoked ${await server.local(revoked)}`
            : expires === null
              ? "until revoked"
              : `until ${await server.local(expires)}`;
        terminal.print(`${id}  ${name}  opens the ${opens}  made by ${author}  ${until}`);
      }
      if (answer.links.length === 0) {
        terminal.print("No links.");
      }
    },
  );

  withServerOptions(
    page.command("unlink <page> <id>").description("let a link, and whoever it let in, in no more"),
  ).action(async (slug: string, id: string, options: CommonOptions) => {
    const answer = await converse(options, terminal).ask(
      "DELETE",
      `${addressOf(slug)}/${encodeURIComponent(id)}`,
    );
    terminal.print(
      options.json === true ? JSON.stringify(answer, null, 2) : `${id} lets nobody in any more.`,
    );
  });
}

function addressOf(page: string): string {
  return `/api/v1/pages/${encodeURIComponent(page)}/links`;
}

/** The server says how many are too many. */
function daysOf(text: string): number | "unlimited" {
  if (text !== "unlimited" && !/^\d{1,5}$/.test(text)) {
    throw new InvalidArgumentError('Write a number of days, or "unlimited".');
  }
  return text === "unlimited" ? text : Number(text);
}
