/** Proposals: those that wait for a second person first, the longest waiting on top; then those that are settled, page by page. */
import type { Hono } from "hono";
import { proposalState } from "../../domain/sla/close/proposal.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type AnyProposal, listProposals, proposalRow } from "./proposal-words.ts";
import { consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const settledAPage = 50;

/** Adds the list. */
export function addProposals(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/proposals", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const all = await listProposals(deps.db);
    const nameOf = (await authorNames(deps.db, context.language)).of;
    const waiting = all.filter(isWaiting).sort((a, b) => lastAt(a) - lastAt(b));
    const settled = all.filter((one) => !isWaiting(one)).sort((a, b) => lastAt(b) - lastAt(a));
    const pages = Math.max(1, Math.ceil(settled.length / settledAPage));
    const asked = Number(c.req.query("page") ?? 1);
    const page = Number.isSafeInteger(asked) ? Math.min(Math.max(1, asked), pages) : 1;
    const model = {
      waiting: waiting.map((one) => proposalRow(one, nameOf, context)),
      settled: settled
        .slice((page - 1) * settledAPage, page * settledAPage)
        .map((one) => proposalRow(one, nameOf, context)),
      ...{ page, pages, total: settled.length },
    };
    const head = { title: context.language.say("console.proposals.title"), path: "/proposals" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/proposals", model: shell, status: 200 });
  });
}

function isWaiting({ proposal }: AnyProposal): boolean {
  return proposalState(proposal) === "proposed";
}

function lastAt({ proposal: { steps, recordedAt } }: AnyProposal): number {
  return steps.at(-1)?.recordedAt ?? recordedAt;
}
