/**
 * /console/pages: the pages of audiences, as the platform file names them: who may see each, its links and its password, which stand in
 * the store and never in the file.
 */
import type { Context, Hono } from "hono";
import { makePageLink, noPage, revokePageLink, setPagePassword } from "../../actions/manage-page-keys.ts";
import { sealPageLink } from "../../actions/page-pass.ts";
import {
  addressOf,
  closedPages,
  findPage,
  linkHolds,
  linkOpens,
  type PageLink,
  rootOf,
} from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import { boardOf } from "../../domain/status/page.ts";
import { listPageLinks } from "../../store/page-keys.ts";
import { tellBoard } from "../api/deps.ts";
import { linkAddress } from "../pages/door.ts";
import { joinNames, sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import {
  type Form,
  freshForm,
  readForm,
  refusedForm,
  refuseUnmeant,
  type Typed,
  withoutSecrets,
} from "./form.ts";
import {
  authorOf,
  type ConsoleContext,
  type ConsoleEnv,
  consoleContext,
  consoleRoom,
  needs,
} from "./room.ts";
import { consoleShell } from "./shell.ts";

const fields = ["name", "opens", "days", "password"];
/** Offered where a link is made; the longest is until it is revoked. */
const offeredDays = ["7", "30", "90", "365", ""];

/** Adds the list, a page for each, and what its forms do. */
export function addPages(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:contracts");
  const pageOf = (c: Context): PageDefinition => {
    const slug = c.req.param("slug") ?? "";
    return findPage(deps.board().settings, slug) ?? noPage(slug);
  };
  const addressOf = ({ slug }: PageDefinition) => `${consoleRoom.path}/pages/${slug}`;

  app.get("/pages", needs("read:contracts"), (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const pages = closedPages(deps.board().settings);
    const model = { pages: pages.map((page) => summaryOf(page, context, deps)) };
    const shell = consoleShell(model, { title: say("console.pages.title"), path: "/pages" }, context, deps);
    return answerPage(c, deps.look, { template: "console/pages", model: shell, status: 200 });
  });

  const detail = async (
    c: Context<ConsoleEnv>,
    form: Form = freshForm({ opens: "page", days: "90" }),
    status = 200,
  ) => {
    const page = pageOf(c);
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const canWrite = context.scopes.has("write:contracts");
    const links = canWrite ? await listPageLinks(deps.db, page.slug) : [];
    const set = deps.pageKeys.password(page.slug);
    const opens = linkOpens.filter((kind) => kind === "feeds" || page.access.includes("link"));
    const model = {
      ...{ form, canWrite, note: noteOf(c.req.query("note")) },
      page: summaryOf(page, context, deps),
      at: addressOf(page),
      made: madeOf(links, c.req.query("made"), page, c, deps),
      links: links.map((link) => linkRow(link, context)),
      opens: opens.map((value) => ({ value, words: say(`console.pages.opens.${value}`) })),
      days: offeredDays.map((value) => ({
        value,
        words: value === "" ? say("console.pages.forever") : say("console.pages.days", { n: Number(value) }),
      })),
      password: !page.access.includes("password")
        ? null
        : set === undefined
          ? sayMarkup(context.language, "console.pages.noPassword")
          : sayMarkup(context.language, "console.pages.passwordSet", {
              at: shortTimeMarkup(set.setAt, context),
            }),
    };
    const shell = consoleShell(model, { title: page.title, path: `/pages/${page.slug}` }, context, deps);
    return answerPage(c, deps.look, { template: "console/page", model: shell, status });
  };

  /** What a form asks for; a refused one comes back with what was typed. */
  const doing = async (c: Context<ConsoleEnv>, work: (typed: Typed) => Promise<string>) => {
    const typed = await readForm(c);
    try {
      const query = await work(typed);
      await tellBoard(deps, c);
      return c.redirect(`${addressOf(pageOf(c))}${query}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return detail(c, { ...form, typed: withoutSecrets(typed, ["password"]) }, status);
    }
  };

  app.get("/pages/:slug", needs("read:contracts"), (c) => detail(c));

  app.post("/pages/:slug/links", writes, (c) =>
    doing(c, async (typed) => {
      const days = typed.one("days") === "" ? null : Number(typed.one("days"));
      const opens = linkOpens.find((one) => one === typed.one("opens")) ?? "page";
      const wanted = { name: typed.one("name"), opens, days };
      const { id } = await makePageLink(deps.db, pageOf(c).slug, wanted, authorOf(c), deps.now());
      return `?made=${id}#made`;
    }),
  );

  app.post("/pages/:slug/links/:id/revocation", writes, (c) =>
    doing(c, async (typed) => {
      refuseUnmeant(typed);
      await revokePageLink(deps.db, pageOf(c).slug, c.req.param("id"), authorOf(c), deps.now());
      return "?note=revoked";
    }),
  );

  app.post("/pages/:slug/password", writes, (c) =>
    doing(c, async (typed) => {
      await setPagePassword(deps.db, pageOf(c).slug, typed.one("password"), authorOf(c), deps.now());
      return "?note=password";
    }),
  );
}

function noteOf(note: string | undefined): "" | "console.pages.revoked" | "console.pages.passwordChanged" {
  return note === "revoked"
    ? "console.pages.revoked"
    : note === "password"
      ? "console.pages.passwordChanged"
      : "";
}

/** A page in a few words: what it shows, and to whom. */
function summaryOf(page: PageDefinition, { language, base }: ConsoleContext, deps: ConsoleDeps) {
  const { say } = language;
  const shown = boardOf(deps.board(), page.scope).services.length;
  return {
    title: page.title,
    address: `${base}/pages/${page.slug}`,
    path: page.domain === undefined ? rootOf(page) || "/" : addressOf(page, mainOf(deps) ?? "https:"),
    visit: `${base}/pages/${page.slug}/visit`,
    isOpenToStaff: page.access.includes("sign_in"),
    services: say("console.pages.services", { n: shown }),
    access: joinNames(
      page.access.map((kind) => say(`console.pages.access.${kind}`)),
      language,
    ),
    customers: page.customers.join(", "),
    networks: page.networks.join(", "),
  };
}

/** The address of the link that was just made: shown now, to be handed over, and in no list. */
function madeOf(
  links: readonly PageLink[],
  id: string | undefined,
  page: PageDefinition,
  c: Context,
  deps: ConsoleDeps,
): { url: string; name: string } | null {
  const link = links.find((one) => one.id === id);
  if (link === undefined || !linkHolds(link, deps.now())) {
    return null;
  }
  const main = mainOf(deps) ?? new URL(c.req.url).origin;
  const key = sealPageLink(deps.secretKey, page.slug, link.id);
  return { url: linkAddress(page, link, key, main), name: link.name };
}

function mainOf({ board, baseUrl }: ConsoleDeps): string | null {
  return board().settings.address ?? baseUrl;
}

function linkRow(link: PageLink, context: ConsoleContext) {
  const { language, now } = context;
  const at = (instant: number) => shortTimeMarkup(instant, context);
  const { author, createdAt, expiresAt, revokedAt } = link;
  const holds = linkHolds(link, now);
  return {
    ...{ id: link.id, name: link.name, holds },
    opens: language.say(`console.pages.opens.${link.opens}`),
    made: sayMarkup(language, "console.links.made", { author, at: at(createdAt) }),
    until:
      revokedAt !== null
        ? sayMarkup(language, "console.links.revoked", { at: at(revokedAt) })
        : expiresAt === null
          ? sayMarkup(language, "console.pages.untilRevoked")
          : sayMarkup(language, holds ? "console.links.until" : "console.links.over", { at: at(expiresAt) }),
  };
}
