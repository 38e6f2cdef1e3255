/**
 * /report: anybody may report trouble, under every agreement and free of charge (policy rule 119). A plain form without cookies and without
 * scripts; what it gives is a reference. Answered by the framework, unlike the pages that are only read.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { boardOf } from "../../domain/status/page.ts";
import { noService, openRequest } from "../../actions/open-request.ts";
import { type Form, freshForm, readForm, refusedForm } from "../console/form.ts";
import { newOnce, once } from "../console/once.ts";
import { asksToSearch, serviceChoice } from "../console/service-choice.ts";
import type { ConsoleDeps } from "../console/deps.ts";
import { limitRate } from "../rate.ts";
import type { PageContext } from "./markup.ts";
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
  const contextOf = (c: Context): PageContext =>
    contextAt(deps.board(), deps, {
      code: c.req.param("language"),
      accepted: c.req.header("Accept-Language"),
      now: deps.now(),
    });

  /** The service that was chosen; one that is not shown is refused like one that does not exist. */
  const shownService = (slug: string): string | null => {
    const { services } = boardOf(deps.board(), "public");
    return slug === "" || services.some((service) => service.slug === slug) ? slug || null : noService(slug);
  };

  const page = (c: Context, form: Form, reference: string | null, status = 200): Response => {
    const board = boardOf(deps.board(), "public");
    const context = contextOf(c);
    const { say } = context.language;
    const head = {
      ...{ title: say("report.title"), path: "/report", state: boardState(board, context) },
      ...{ styles: ["service-choice.css", "report.css"], isStill: true },
    };
    const model = {
      ...{ form, reference, mail: deps.supportMail, once: form.typed.one("once") || newOnce() },
      choice: serviceChoice(form.typed, "service", board, context, [], false),
    };
    const printed = deps.look.print("report/page", shell(model, head, siteOf(board, deps), context));
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

  for (const path of ["/report", "/:language{[a-z]{2}}/report"]) {
    app.get(path, (c) => {
      const reference = /^REQ-\d{4}-\d{4,9}$/.exec(c.req.query("reference") ?? "")?.[0] ?? null;
      return page(c, freshForm({ service: c.req.query("service") ?? "" }), reference);
    });

    app.post(path, limit, async (c) => {
      const typed = await readForm(c);
      const { language, base } = contextOf(c);
      // People do not see this field; programs that fill in every form do, and learn nothing.
      if (typed.one("website") !== "") {
        return c.redirect(`${base}/report`, 303);
      }
      if (asksToSearch(typed)) {
        return page(c, { ...freshForm(), typed }, null);
      }
      rate.mayGoOn(c, deps.now());
      try {
        const form = { author: "form", place: "/report", typed, fields };
        const address = await once(deps.db, form, deps.now(), async (db) => {
          const [name, mail] = [typed.one("name"), typed.one("mail")];
          const { reference } = await openRequest(
            db,
            {
              ...{ channel: "form", subject: typed.one("subject"), message: typed.one("message") },
              ...{ customer: null, contract: null, priority: null, language: language.code },
              service: shownService(typed.one("service")),
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
        return c.redirect(`${base}/report${address}`, 303);
      } catch (error) {
        const { form, status } = refusedForm(typed, fields, error);
        return page(c, form, null, status);
      }
    });
  }
  return app;
}
