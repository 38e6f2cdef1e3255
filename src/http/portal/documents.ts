/** The documents of a customer's issued reports: the same bytes as anywhere else. */
import type { Hono } from "hono";
import { type DocumentName, issuedDocument, issuedText } from "../issued-document.ts";
import { nothingHere, ownContract } from "./own.ts";
import type { PortalDeps, PortalEnv } from "./room.ts";

/** By the names under which the portal offers them; null: the sealed text itself. */
const offered: Readonly<Record<string, DocumentName | null>> = {
  "report.pdf": "report.pdf",
  "report.xlsx": "report.xlsx",
  "report.csv": "summary.csv",
  "report.json": null,
  "report.zip": "bundle.zip",
};

/** In the order in which they are offered. */
export const portalDocuments = Object.keys(offered);

/** Adds the route of documents. */
export function addDocuments(app: Hono<PortalEnv>, deps: PortalDeps): void {
  app.get("/contracts/:slug/:month/:document{report\\..+}", async (c) => {
    const { slug, month, document } = c.req.param();
    ownContract(c.get("own"), slug);
    const revision = revisionOf(c.req.query("revision"));
    if (!Object.hasOwn(offered, document)) {
      throw nothingHere();
    }
    const name = offered[document]!;
    const wanted = { contract: slug, label: month, revision };
    const { body, headers } =
      name === null
        ? await issuedText(wanted, deps).then(({ text, headers }) => ({ body: text, headers }))
        : await issuedDocument(name, wanted, deps).then(({ bytes, headers }) => ({ body: bytes, headers }));
    return c.body(body, 200, {
      ...headers,
      "Cache-Control": "private, no-cache",
      "X-Content-Type-Options": "nosniff",
      "X-Robots-Tag": "noindex",
      Vary: "Cookie",
    });
  });
}

/**
 * Which revision is asked for; undefined: the latest.
 *
 * @throws NotFound nothing_here
 */
export function revisionOf(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw nothingHere();
  }
  return Number(text);
}
