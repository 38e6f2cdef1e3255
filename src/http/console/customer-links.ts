/** The links of a customer in the console: a part of the customer's page, and a page of its own that makes and revokes them. */
import type { Context, Hono } from "hono";
import { makeAccessLink, pathOfAccessLink } from "../../actions/access-link.ts";
import { revokeCustomerLink } from "../../actions/revoke-customer-link.ts";
import { NotFound } from "../../domain/errors.ts";
import { type AccessLink, listCustomerLinks } from "../../store/access-links.ts";
import { readCustomers } from "../../store/agreements.ts";
import { sayMarkup, shortTimeMarkup, type Markup } from "../pages/markup.ts";
import { readForm, refuseUnmeant } from "./form.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import {
  authorOf,
  consoleContext,
  type ConsoleContext,
  type ConsoleEnv,
  consoleRoom,
  needs,
} from "./room.ts";
import { consoleShell } from "./shell.ts";

/** What console/parts/customer-links.eta shows. */
export interface CustomerLinks {
  /** Where links are made: forms are sent here. */
  address: string;
  links: {
    id: string;
    /** Whole, to be handed to the customer; null: it lets nobody in any more. */
    url: string | null;
    made: Markup;
    until: Markup;
    used: Markup;
  }[];
}

/** The links of a customer, for whoever may hand them out (`write:contracts`). */
export async function customerLinks(
  c: Context,
  customer: string,
  context: ConsoleContext,
  deps: ConsoleDeps,
): Promise<CustomerLinks> {
  const links = await listCustomerLinks(deps.db, customer);
  const site = deps.board().settings.address ?? deps.baseUrl ?? new URL(c.req.url).origin;
  return {
    address: `${consoleRoom.path}/customers/${encodeURIComponent(customer)}/links`,
    links: links.map((link) => toRow(link, site, context, deps)),
  };
}

function toRow(link: AccessLink, site: string, context: ConsoleContext, deps: ConsoleDeps) {
  const { language, now } = context;
  const at = (instant: number) => shortTimeMarkup(instant, context);
  const isLive = link.revokedAt === null && link.expiresAt > now;
  return {
    id: link.id,
    url: isLive ? `${site}${pathOfAccessLink(deps.secretKey, link)}` : null,
    made: sayMarkup(language, "console.links.made", { author: link.author, at: at(link.createdAt) }),
    until:
      link.revokedAt === null
        ? sayMarkup(language, isLive ? "console.links.until" : "console.links.over", {
            at: at(link.expiresAt),
          })
        : sayMarkup(language, "console.links.revoked", { at: at(link.revokedAt) }),
    used:
      link.usedAt === null
        ? sayMarkup(language, "console.links.unused")
        : sayMarkup(language, "console.links.used", { at: at(link.usedAt) }),
  };
}

/** Adds the page and what its forms do. */
export function addCustomerLinks(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const path = "/customers/:slug/links";
  const back = (slug: string) => `${consoleRoom.path}/customers/${encodeURIComponent(slug)}/links`;

  app.get(path, needs("write:contracts"), async (c) => {
    const slug = c.req.param("slug");
    const customer = (await readCustomers(deps.db, [slug])).get(slug);
    if (customer === undefined) {
      throw new NotFound("customer_not_found", `There is no customer "${slug}".`);
    }
    const context = consoleContext(c, deps);
    const title = context.language.say("console.links.title", { customer: customer.wanted.name });
    const model = {
      customerLinks: await customerLinks(c, slug, context, deps),
      isArchived: customer.archived,
    };
    const head = { title, path: `/customers/${encodeURIComponent(slug)}/links` };
    return answerPage(c, deps.look, {
      template: "console/customer-links",
      model: consoleShell(model, head, context, deps),
      status: 200,
    });
  });

  app.post(path, needs("write:contracts"), async (c) => {
    const slug = c.req.param("slug");
    await makeAccessLink(deps.db, { customer: slug }, authorOf(c), deps.now());
    return c.redirect(back(slug), 303);
  });

  app.post(`${path}/:id/revocation`, needs("write:contracts"), async (c) => {
    refuseUnmeant(await readForm(c));
    const { slug, id } = c.req.param();
    await revokeCustomerLink(deps.db, slug, id, authorOf(c), deps.now());
    return c.redirect(back(slug), 303);
  });
}
