/**
 * The API, version 1, whole: its routes, what holds for all of them, and its description (OpenAPI 3.1) at /api/v1/openapi.json.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { platformSchema } from "../../platform-file/schema.ts";
import { checkInRoutes } from "../check-ins.ts";
import { healthRoutes } from "../health.ts";
import { refuseMisshapen } from "../input.ts";
import { noteOrigin } from "../origin.ts";
import { tellTime } from "../probe-signature.ts";
import { onThrown, onUnknownRoute } from "../problem.ts";
import { addAlerts } from "./alerts.ts";
import { addAudit } from "./audit.ts";
import { addBatches, largestBatchBytes, noteOversized } from "./batches.ts";
import { addCalendars } from "./calendars.ts";
import { addCheckIns } from "./check-ins.ts";
import { addContracts } from "./contracts.ts";
import { addCustomerLinks } from "./customer-links.ts";
import { addCustomers } from "./customers.ts";
import { addCorrections } from "./corrections.ts";
import { addCredits } from "./credits.ts";
import { addCycles } from "./cycles.ts";
import type { ApiDeps } from "./deps.ts";
import { describeApi } from "./described-api.ts";
import { addEvidence } from "./evidence.ts";
import { addEvaluations } from "./evaluations.ts";
import { addIncidentChanges } from "./incident-changes.ts";
import { addIncidentDrafts } from "./incident-drafts.ts";
import { addIncidentTemplates } from "./incident-templates.ts";
import { addIncidents } from "./incidents.ts";
import { addMaintenanceChecks } from "./maintenance-checks.ts";
import { addMaintenanceSeries } from "./maintenance-series.ts";
import { addMaintenanceWindows } from "./maintenance-windows.ts";
import { addMonthDocuments } from "./month-documents.ts";
import { addPageCopy } from "./page-copy.ts";
import { addPeople } from "./people.ts";
import { addPlatform } from "./platform.ts";
import { addPolicies } from "./policies.ts";
import { addProbeRegistry } from "./probe-registry.ts";
import { addProbes } from "./probes.ts";
import { addMailings } from "./mailings.ts";
import { addOnCall } from "./on-call.ts";
import { addOperationsReport } from "./operations-report.ts";
import { addReportDocuments } from "./report-documents.ts";
import { addReports } from "./reports.ts";
import { addMonths } from "./months.ts";
import { addPageLinks } from "./page-links.ts";
import { addRequests } from "./requests.ts";
import { addCheckTrials } from "./check-trials.ts";
import { nameSecuritySchemes } from "./security-schemes.ts";
import { addServiceChanges } from "./service-changes.ts";
import { addServices } from "./services.ts";
import { addSilences } from "./silences.ts";
import { addSubscriptions } from "./subscriptions.ts";
import { addSummary } from "./summary.ts";
import { addTokens } from "./tokens.ts";
import { addWhatIf } from "./what-if.ts";

const largestBodyBytes = 256 * 1024;
const largestPlatformBytes = 16 * 1024 * 1024;
const largestMailBytes = 10 * 1024 * 1024;

/**
 * Everything that is for machines: `/api/v1`, `/check-in`, `/healthz`, `/readyz`, `/metrics`. Mounted at "/"; whoever
 * mounts it also uses `onUnknownRoute` for addresses that nobody takes.
 */
export function apiRoutes(deps: ApiDeps): OpenAPIHono {
  const root = new OpenAPIHono();
  root.onError(onThrown(deps.logDefect, deps.problemHtml));
  root.notFound(onUnknownRoute(root, deps.problemHtml));
  root.use(noteOrigin);
  root.use(neverGuessed);

  // What there is of /api/v2 was answered before: a page of others is told of the rest that there is nothing, not that the line broke.
  for (const readAnywhere of ["/api/v1/*", "/api/v2/*", "/:language/api/v2/*"]) {
    root.use(readAnywhere, cors({ origin: "*", allowMethods: ["GET", "HEAD"] }));
  }
  root.use("/api/v1/*", neverOld);
  for (const forProbes of ["/api/v1/probes/*", "/api/v1/batches"]) {
    root.use(forProbes, tellTime(deps));
  }
  root.use("/api/v1/batches", noteOversized(deps));
  root.use("/api/v1/*", async (c, next) => (limits[c.req.path] ?? limit)(c, next));

  const api = new OpenAPIHono({ defaultHook: refuseMisshapen });
  addSummary(api, deps);
  addServices(api, deps);
  addServiceChanges(api, deps);
  addCheckTrials(api, deps);
  addMonths(api, deps);
  addIncidents(api, deps);
  addIncidentChanges(api, deps);
  addIncidentDrafts(api, deps);
  addIncidentTemplates(api, deps);
  addMaintenanceWindows(api, deps);
  addMaintenanceChecks(api, deps);
  addMaintenanceSeries(api, deps);
  addCheckIns(api, deps);
  addBatches(api, deps);
  addProbes(api, deps);
  addProbeRegistry(api, deps);
  addEvidence(api, deps);
  addPageCopy(api, deps);
  addPlatform(api, deps);
  addPolicies(api, deps);
  addCustomers(api, deps);
  addCustomerLinks(api, deps);
  addCalendars(api, deps);
  addContracts(api, deps);
  addEvaluations(api);
  addCycles(api, deps);
  addReports(api, deps);
  addReportDocuments(api, deps);
  addMonthDocuments(api, deps);
  addCorrections(api, deps);
  addCredits(api, deps);
  addMailings(api, deps);
  addOperationsReport(api, deps);
  addWhatIf(api, deps);
  addPageLinks(api, deps);
  addRequests(api, deps);
  addSubscriptions(api, deps);
  addTokens(api, deps);
  addPeople(api, deps);
  addAlerts(api, deps);
  addSilences(api, deps);
  addOnCall(api, deps);
  addAudit(api, deps);
  root.route("/api/v1", api);

  nameSecuritySchemes(root);
  root.get("/api/v1/openapi.json", (c) => c.json(describeApi(root)));

  const schema = platformSchema();
  root.get("/schema/platform.json", cors({ origin: "*" }), (c) =>
    c.json(schema, 200, {
      "Content-Type": "application/schema+json",
      "Cache-Control": "public, max-age=3600",
    }),
  );
  root.route("/", checkInRoutes(deps));
  root.route("/", healthRoutes(deps));
  return root;
}

/** What it says it is, it is: no browser takes JSON or a file for a page (WHATWG Fetch, X-Content-Type-Options). */
const neverGuessed: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set("X-Content-Type-Options", "nosniff");
};

/** Answers are facts of a moment: whoever keeps one asks again before telling it. */
const neverOld: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) {
    c.res.headers.set("Cache-Control", "no-cache");
  }
};

const limit = limitedTo(largestBodyBytes, "A request has at most 256 KiB.");
/** Those of other sizes. A platform file of thousands of checks is handed over whole. */
const limits: Record<string, MiddlewareHandler> = {
  "/api/v1/batches": limitedTo(largestBatchBytes, "A batch has at most 16 MiB."),
  "/api/v1/requests/mail": limitedTo(largestMailBytes, "A mail has at most 10 MiB."),
  "/api/v1/platform": limitedTo(largestPlatformBytes, "A platform file has at most 16 MiB."),
};

function limitedTo(maxSize: number, message: string): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new HTTPException(413, { message });
    },
  });
}
