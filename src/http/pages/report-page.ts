/**
 * /report: anybody may report trouble, under every agreement and free of charge (policy rule 119). A plain form without cookies and without
 * scripts; what it gives is a reference. Beside the page of an audience, it names the services of that page to whoever may see it. Answered
 * by the framework, unlike the pages that are only read.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { boardOf } from "../../domain/status/page.ts";
import { isOpen, rootOf, rootSlug } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import { noService, openRequest } from "../../actions/open-request.ts";
import { type Form, formTooOften, freshForm, readForm, refusedForm } from "../console/form.ts";
import { newOnce, once } from "../console/once.ts";
import { asksToSearch, serviceChoice } from "../console/service-choice.ts";
import type { ConsoleDeps } from "../console/deps.ts";
import { limitRate } from "../rate.ts";
import { TooOften } from "../too-often.ts";
import type { PageContext } from "./markup.ts";
import { pageBases, pageOf, wayOf } from "./named-page.ts";
import { calledOn, cutFor } from "./page-board.ts";
import { securityHeaders } from "./security.ts";
import { shell } from "./shell.ts";
import { contextAt, siteOf } from "./site.ts";
import { boardState } from "./status-page.ts";

const largestFormBytes = 64 * 1024;
const fields = ["subject", "message", "service", "name", "mail"];

/** Mounted at "/". */
export function reportRoutes(deps: ConsoleDeps): Hono {
  const app = new Hono();
  const rate = limitRate({ most: 5, inTotal: 100, perMs: 3_600_000 });

  /** By the address, `/da/report`, or by what the reader accepts. */
  const contextOf = (c: Context, page: PageDefinition): PageContext =>
    contextAt(
      deps.board(),
      { ...deps, root: rootOf(page) },
      {
        code: c.req.param("language"),
        accepted: c.req.header("Accept-Language"),
        now: deps.now(),
      },
    );

  /** The page whose reader asks. @throws Unauthenticated page_closed where they may not see it */
  const askedOn = (c: Context): PageDefinition => {
    const page = pageOf(c, deps);
    wayOf(c, page);
    return page;
  };

  /** The service that was chosen; one that is not shown is refused like one that does not exist. */
  const shownService = (slug: string, { scope }: PageDefinition): string | null => {
    const { services } = boardOf(deps.board(), scope);
    return slug === "" || services.some((service) => service.slug === slug) ? slug || null : noService(slug);
  };

  const answer = (c: Context, page: PageDefinition, form: Form, reference: string | null, status = 200) => {
    const whole = deps.board();
    const called = page.slug === rootSlug ? {} : calledOn(page, whole.settings.address ?? deps.baseUrl);
    const board = cutFor(whole, page.scope, called);
    const context = contextOf(c, page);
    const { say } = context.language;
    const head = {
      ...{ title: say("report.title"), path: "/report", state: boardState(board, context) },
      ...{ styles: ["service-choice.css", "report.css"], isStill: true },
    };
    const model = {
      refusal: say(status === 429 ? "report.often" : "report.refused"),
      ...{ form, reference, mail: deps.supportMail, once: form.typed.one("once") || newOnce() },
      choice: serviceChoice(form.typed, "service", board, context, [], false),
    };
    const site = siteOf(board, { ...deps, root: rootOf(page), isPrivate: !isOpen(page) });
    const printed = deps.look.print("report/page", shell(model, head, site, context));
    return c.body(printed, status as ContentfulStatusCode, {
      ...securityHeaders,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      Vary: "Accept-Language",
    });
  };

  const limit = bodyLimit({
    maxSize: largestFormBytes,
    onError: () => {
      throw new HTTPException(413, { message: "A form has at most 64 KiB." });
    },
  });

  for (const base of pageBases) {
    app.get(`${base}/report`, (c) => {
      const reference = /^REQ-\d{4}-\d{4,9}$/.exec(c.req.query("reference") ?? "")?.[0] ?? null;
      return answer(c, askedOn(c), freshForm({ service: c.req.query("service") ?? "" }), reference);
    });

    app.post(`${base}/report`, limit, async (c) => {
      const page = askedOn(c);
      const typed = await readForm(c);
      const { language, base: here } = contextOf(c, page);
      // People do not see this field; programs that fill in every form do, and learn nothing.
      if (typed.one("website") !== "") {
        return c.redirect(`${here}/report`, 303);
      }
      if (asksToSearch(typed)) {
        return answer(c, page, { ...freshForm(), typed }, null);
      }
      try {
        rate.mayGoOn(c, deps.now());
        const form = { author: "form", place: `${rootOf(page)}/report`, typed, fields };
        const address = await once(deps.db, form, deps.now(), async (db) => {
          const [name, mail] = [typed.one("name"), typed.one("mail")];
          const { reference } = await openRequest(
            db,
            {
              ...{ channel: "form", subject: typed.one("subject"), message: typed.one("message") },
              ...{ customer: null, contract: null, priority: null, language: language.code },
              service: shownService(typed.one("service"), page),
              reporter: name + mail === "" ? null : { name, mail },
              // Whoever types an address need not be who reads it: nobody is sent what they did not ask for.
              confirms: false,
            },
            null,
            deps.now(),
          );
          return `?reference=${reference}`;
        });
        rate.count(c, deps.now());
        return c.redirect(`${here}/report${address}`, 303);
      } catch (error) {
        if (error instanceof TooOften) {
          return answer(c, page, formTooOften(c, typed, error), null, 429);
        }
        const { form, status } = refusedForm(typed, fields, error);
        return answer(c, page, form, null, status);
      }
    });
  }
  return app;
}
