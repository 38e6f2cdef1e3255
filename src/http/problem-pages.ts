/**
 * The pages that the `type` of a problem leads to: what it means and what to do, for whoever reads an API's answer.
 */
import { Hono } from "hono";
import { html } from "hono/html";
import { NotFound } from "../domain/errors.ts";
import { type ProblemKind, problemKinds } from "./problem.ts";

/** `/problems` and `/problems/<kind>`. */
export function problemPages(): Hono {
  const routes = new Hono();
  routes.get("/problems", (c) =>
    c.html(
      page(
        "Problems",
        html`<ul>
          ${Object.entries(problemKinds).map(
            ([kind, { status, title }]) =>
              html`<li><a href="/problems/${kind}">${title}</a> (${status})</li>`,
          )}
        </ul>`,
      ),
    ),
  );
  routes.get("/problems/:kind", (c) => {
    const kind = c.req.param("kind");
    if (!Object.hasOwn(problemKinds, kind)) {
      throw new NotFound("unknown_problem", `There is no kind of problem "${kind}".`);
    }
    const { status, title, advice } = problemKinds[kind as ProblemKind];
    return c.html(
      page(
        title,
        html`<p>${advice}</p>
          <p>Answered with status ${status}. <a href="/problems">All kinds of problems</a></p>`,
      ),
    );
  });
  return routes;
}

function page(title: string, content: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
