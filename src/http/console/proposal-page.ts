/**
 * One proposal: who wants what and why, what it would change for every customer, what became of it; and the step a person takes. Whoever
 * proposed it cannot approve it.
 */
import type { Context, Hono } from "hono";
import { draftCycle } from "../../actions/draft-cycle.ts";
import { onlyContract, readGround } from "../../actions/read-ground.ts";
import { settleCorrection, settleExclusion } from "../../actions/settle-proposal.ts";
import { approveRevision, rejectRevision } from "../../actions/settle-revision.ts";
import { type Overlay, whatIf } from "../../actions/what-if.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { type ProposalStep, proposalState } from "../../domain/sla/close/proposal.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { toldDifference } from "../../documents/told-difference.ts";
import { getReport } from "../../store/reports.ts";
import { refuseWithout, scopesOf } from "../authentication.ts";
import { timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { effectTable } from "./effect-table.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { type AnyProposal, getProposal, stateWord, traceOf, wantedWords } from "./proposal-words.ts";
import { reportWords } from "./report-words.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

const steps = ["approved", "rejected", "revoked"] as const satisfies readonly ProposalStep[];

/** Adds the page of a proposal and its steps. */
export function addProposal(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const path = "/proposals/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}";
  app.get(path, needs("read:reports"), (c) => proposalPage(c, deps, null, freshForm(), 200));

  app.post(`${path}/steps`, needs("write:corrections"), async (c) => {
    const reference = c.req.param("reference");
    const typed = await readForm(c);
    const step = steps.find((one) => one === typed.one("step"));
    const author = authorOf(c);
    const proposed = await getProposal(deps.db, reference);
    const held = scopesOf(c.get("session").holder);
    if (proposed.kind === "revision") {
      // What a report says anew is the business of those who issue them.
      refuseWithout(held, "write:reports");
    }
    const last = proposed.proposal.steps.at(-1);
    try {
      if (step === undefined) {
        throw new InvalidInput("unknown_step", "A proposal is approved, rejected or revoked.");
      }
      // The same form sent twice has done what was wanted.
      if (last?.step !== step || last.author !== author) {
        const asAdmin = typed.one("as_admin") === "yes";
        if (asAdmin) {
          refuseWithout(held, "admin:corrections");
        }
        await takeStep(deps, proposed, { step, reason: typed.one("reason"), author, asAdmin });
        await deps.changed();
      }
      return c.redirect(`/console/proposals/${reference}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["reason", "as_admin"], error);
      return proposalPage(c, deps, step ?? null, form, status);
    }
  });
}

async function takeStep(
  deps: ConsoleDeps,
  { kind, proposal: { reference } }: AnyProposal,
  settlement: { step: ProposalStep; reason: string; author: string; asAdmin: boolean },
): Promise<void> {
  const { db, office } = deps;
  const { step, reason, author } = settlement;
  switch (kind) {
    case "correction":
      await settleCorrection(db, reference, settlement, deps.now());
      return;
    case "exclusion":
      await settleExclusion(db, reference, settlement, deps.now());
      return;
    case "revision":
      if (step === "approved") {
        await approveRevision(db, office, { reference, approver: author }, deps.now());
      } else {
        await rejectRevision(db, { reference, reason, author }, deps.now());
      }
  }
}

function mayBeAdmin(c: Ask): boolean {
  return scopesOf(c.get("session").holder).has("admin:corrections");
}

async function proposalPage(
  c: Ask,
  deps: ConsoleDeps,
  at: ProposalStep | null,
  form: Form,
  status: number,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const one = await getProposal(deps.db, c.req.param("reference")!);
  const { kind, proposal } = one;
  const state = proposalState(proposal);
  const nameOf = (await authorNames(deps.db, context.language)).of;
  const overlay = overlayOf(one);
  const effect =
    overlay === null || state !== "proposed"
      ? null
      : effectTable(await whatIf(deps.db, deps.office.engine, overlay, context.now), context);
  const here = (step: ProposalStep) => (at === step ? form : freshForm());
  const model = {
    ...{ form, standing: state, effect, kind },
    reference: proposal.reference,
    stateWord: stateWord(state, context),
    wanted: wantedWords(one, context),
    reason: proposal.reason,
    evidence: kind === "revision" ? "" : proposal.evidence,
    times:
      kind === "revision"
        ? null
        : {
            start: timeMarkup(proposal.start, "full", context),
            end: timeMarkup(proposal.end, "full", context),
          },
    trace: traceOf(proposal, proposal.reason, nameOf, context),
    differences: kind === "revision" ? await differencesOf(deps, proposal, state, context) : null,
    isOwn: proposal.author === context.author,
    settles:
      kind === "revision"
        ? `${context.base}/contracts/${encodeURIComponent(proposal.contract)}/${proposal.label}/settle`
        : null,
    mayBeAdmin: kind !== "revision" && mayBeAdmin(c),
    approveForm: here("approved"),
    rejectForm: here("rejected"),
    revokeForm: here("revoked"),
    mayRevoke: kind !== "revision" && state === "approved",
  };
  const head = { title: proposal.reference, path: `/proposals/${proposal.reference}` };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/proposal", model: shell, status });
}

/** What approving it would lay over the ground; null: it restates a report, whose difference is told instead. */
function overlayOf({ kind, proposal }: AnyProposal): Overlay | null {
  switch (kind) {
    case "correction": {
      const { service, start, end, state } = proposal;
      return { kind, service, start, end, state };
    }
    case "exclusion": {
      const { contract, services, start, end } = proposal;
      return { kind, excludes: proposal.kind, contract, services, start, end };
    }
    case "revision":
      return null;
  }
}

/** What a restatement changes, or changed, in the words of reports. */
async function differencesOf(
  { db, office }: ConsoleDeps,
  { contract, label, supersedes }: Extract<AnyProposal, { kind: "revision" }>["proposal"],
  state: string,
  context: ConsoleContext,
): Promise<string[]> {
  const reportAt = async (revision: number) =>
    JSON.parse((await getReport(db, contract, label, revision)).json) as Report;
  if (state === "rejected") {
    return [];
  }
  const before = await reportAt(supersedes);
  if (state === "approved") {
    return toldDifference(before, await reportAt(supersedes + 1), reportWords(context));
  }
  const ground = await readGround(db, label, { contract });
  const { report } = await draftCycle(db, ground, onlyContract(ground), office.engine, context.now);
  return toldDifference(before, report, reportWords(context));
}
