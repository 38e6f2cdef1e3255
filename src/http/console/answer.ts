/** How a page of the console is answered: printed, never kept by anybody in between, and with the headers of every page. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { securityHeaders } from "../pages/security.ts";
import type { Printed } from "../pages/pages.ts";
import type { Look } from "../look.ts";

/** The page, as an answer to this browser alone. */
export function answerPage(c: Context, { print }: Look, { template, model, status }: Printed): Response {
  return c.body(print(template, model), status as ContentfulStatusCode, {
    ...securityHeaders,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "private, no-cache",
    Vary: "Cookie, Accept-Language",
    "X-Robots-Tag": "noindex",
  });
}
