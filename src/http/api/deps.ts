/**
 * What the API needs from the rest of the program; main hands it in.
 */
import type { Context } from "hono";
import type { Registry } from "prom-client";
import type { AssignmentList, Observation, SignedBatch } from "../../../probes/protocol.ts";
import type { ReportOffice } from "../../actions/issue-report.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { CheckDefinition } from "../../domain/monitoring/check-definition.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { SecretReference } from "../../platform-file/secrets.ts";
import type { Database } from "../../store/database.ts";
import type { Probe } from "../../store/probes.ts";
import type { AuthenticationDeps } from "../authentication.ts";
import type { PageCopies } from "../pages/page-copies.ts";
import { type DefectLog, type ProblemHtml, requestIdOf } from "../problem.ts";

export interface ApiDeps extends AuthenticationDeps {
  db: Database;
  /** The one clock of a request. */
  now(): Instant;
  /** All facts, from memory. */
  board(): StatusBoard;
  /** Those that everybody may know: what the public page shows; null: it is not open to everybody. */
  publicBoard(): StatusBoard | null;
  /** Address of the platform as readers see it, without a slash at the end; null: nobody said it. */
  baseUrl: string | null;
  /** Called after people's words changed: resolves when `board()` tells them. */
  changed(): Promise<void>;
  /** Stores a delivered batch and derives from it. */
  recordBatch(batch: SignedBatch, now: Instant): Promise<{ acknowledged: number; isNew: boolean }>;
  /** A probe polls; `known` is the ETag of what it has. A list of null: it has what there is. */
  pollAssignments(
    probe: Probe,
    known: string | null,
    now: Instant,
  ): Promise<{ etag: string; list: AssignmentList | null }>;
  /** A probe was heard of; its clock minus ours, where that could be measured. Never rejects. */
  sawProbe(probe: string, seenAt: Instant, skewMs: number | null): Promise<void>;
  /** Something of a probe was refused: to be counted, and told in the log once. `probe`: who it says it is; null: it does not say. */
  refusedProbe(
    what: "batch" | "request" | "registration",
    probe: string | null,
    refusal: Pick<Refusal, "code" | "message">,
  ): void;
  /** A job called: becomes an observation of its check. Throws NotFound when the check is none that jobs call. */
  checkedIn(checkId: number, at: Instant, outcome: "ok" | "fail"): Promise<void>;
  /** Check-in addresses are derived from it, so nothing more is stored. */
  secretKey: string;
  /** Answers of readiness: each part that must work, and what is wrong with it (null: nothing). */
  readiness(): Promise<{ part: string; trouble: string | null }[]>;
  /** Kinds of check that need something of the machine. */
  capabilities: { icmp: boolean };
  /** Value of a secret that a platform file refers to; undefined: it is not set here. */
  readSecret(reference: SecretReference): string | undefined;
  /** Asks once, from this very server, with what secrets stand for: a check that is to be tried before it is kept. */
  askOnce(check: CheckDefinition): Promise<Observation>;
  /** What computes and seals reports. */
  office: ReportOffice;
  /** Makes copies of the public page. */
  pageCopies: PageCopies;
  /** Why no mail can be sent from here, "SMTP_URL is not set"; null: it can. */
  mailTrouble: string | null;
  /** Address to which customers write, where mail becomes requests; null: there is none. */
  supportMail: string | null;
  /** To which letters come back that cannot be delivered; null: nobody here hears of it. */
  bounceMail: string | null;
  /** Whether webhooks of those who subscribe may lead into private networks. */
  internalSubscribers: boolean;
  metrics: Registry;
  logDefect: DefectLog;
  /** A problem for a person who asked for a page; undefined where there are no pages. */
  problemHtml?: ProblemHtml;
}

/**
 * Lets the board tell what was just stored, before the answer goes out. Should that fail, the answer still says what is true: it is
 * stored, and the board follows with the next change.
 */
export async function tellBoard(deps: ApiDeps, c: Context): Promise<void> {
  try {
    await deps.changed();
  } catch (error) {
    deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
  }
}
