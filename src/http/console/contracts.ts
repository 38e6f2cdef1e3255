/** What account managers read of contracts, by its addresses: the year, a contract, a cycle, and what can be taken away of its report. */
import type { Context, Hono } from "hono";
import { NotFound } from "../../domain/errors.ts";
import { monthInput } from "../input.ts";
import { type DocumentName, issuedDocument, issuedText } from "../issued-document.ts";
import { tableNames } from "../../documents/tables.ts";
import { answerPage } from "./answer.ts";
import { contractPage } from "./contract-page.ts";
import { cyclePage } from "./cycle-page.ts";
import { addCustomerPages } from "./customer-pages.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { KeptContracts } from "./month-standing.ts";
import { addOutagePages } from "./outages.ts";
import { type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { addYear } from "./year-page.ts";

/** Adds the pages of contracts, of customers and of outages. */
export function addContractPages(app: Hono<ConsoleEnv>, deps: ConsoleDeps, kept: KeptContracts): void {
  addYear(app, deps, kept);
  addCustomerPages(app, deps, kept);
  addOutagePages(app, deps);

  app.get("/contracts/:slug", needs("read:contracts"), async (c) => {
    const context = consoleContext(c, deps);
    const page = await contractPage(c.req.param("slug"), deps, kept, context);
    const head = {
      title: page.title,
      path: `/contracts/${encodeURIComponent(page.slug)}`,
      scripts: ["months-chart.js"],
    };
    const model = consoleShell({ page }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/contract", model, status: 200 });
  });

  app.get("/contracts/:slug/:month", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const wanted = wantedIn(c, c.req.param("slug"), c.req.param("month"));
    const page = await cyclePage(wanted, deps, context);
    const head = {
      title: `${page.contract.title}, ${page.month}`,
      path: `/contracts/${encodeURIComponent(wanted.contract)}/${wanted.label}`,
    };
    const model = consoleShell({ page }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/cycle", model, status: 200 });
  });

  app.get(
    "/contracts/:slug/:month/:file{report\\.(json|pdf|xlsx|csv|zip)}",
    needs("read:reports"),
    async (c) => {
      const { contract, label, revision } = wantedIn(c, c.req.param("slug"), c.req.param("month"));
      const wanted = { contract, label, revision: revision ?? undefined };
      const file = c.req.param("file");
      if (file === "report.json") {
        const { text, headers } = await issuedText(wanted, deps);
        return c.body(text, 200, privately(headers));
      }
      const { bytes, headers } = await issuedDocument(documentOf(file, c.req.query("table")), wanted, deps);
      return c.body(bytes, 200, privately(headers));
    },
  );
}

/** The cycle that an address names, with the revision it asks for. */
function wantedIn(c: Context, contract: string, month: string) {
  if (!monthInput.safeParse(month).success) {
    throw new NotFound("cycle_not_found", `There is no month "${month}".`);
  }
  const revision = c.req.query("revision");
  if (revision !== undefined && !/^[1-9]\d{0,5}$/.test(revision)) {
    throw new NotFound("report_not_found", `There is no revision "${revision}".`);
  }
  return { contract, label: month, revision: revision === undefined ? null : Number(revision) };
}

/** A table by itself is chosen by its name; the summary where none is. */
function documentOf(file: string, table: string | undefined): DocumentName {
  switch (file) {
    case "report.csv":
      return `${tableNames.find((name) => name === table) ?? "summary"}.csv`;
    case "report.zip":
      return "bundle.zip";
    default:
      return file as "report.pdf" | "report.xlsx";
  }
}

/** What is taken away is kept by nobody in between. */
function privately(headers: Record<string, string>): Record<string, string> {
  return { ...headers, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff" };
}
