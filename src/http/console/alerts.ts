/** /console/alerts: what calls somebody now, first what nobody has taken; what was taken or is kept quiet; and what is over, page by page. */
import type { Context, Hono } from "hono";
import { acknowledgeAlert, unacknowledgeAlert } from "../../actions/acknowledge-alert.ts";
import { NotFound } from "../../domain/errors.ts";
import { countMembers, listOpenForPeople, listOverAlerts } from "../../store/told-alerts.ts";
import { alertNames } from "./alert-names.ts";
import { alertPage, takenFor } from "./alert-page.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, readForm, refusedForm } from "./form.ts";
import { numberIn } from "./number-in.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { type ShownAlert, shownAlert } from "./shown-alert.ts";

const shownAtOnce = 50;
const refreshSeconds = 15;

/** Adds the list, the page of each alert, and taking it or giving it back. */
export function addAlerts(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/alerts", needs("read:alerts"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const before = Number(c.req.query("before") ?? NaN);
    const open = Number.isInteger(before) ? [] : await listOpenForPeople(deps.db);
    const over = await listOverAlerts(deps.db, Number.isInteger(before) ? before : null, shownAtOnce + 1);
    const counts = await countMembers(
      deps.db,
      [...open, ...over].map(({ id }) => id),
    );
    const names = await alertNames(deps);
    const show = (alerts: typeof open) =>
      alerts.map((one) => shownAlert(one, counts.get(one.id), names, context));
    const shown = show(open);
    const of = (...standings: ShownAlert["standing"][]) =>
      shown.filter(({ standing }) => standings.includes(standing));
    const model = {
      isFirst: !Number.isInteger(before),
      calling: of("calling"),
      taken: of("acknowledged"),
      quiet: of("muted", "held_back", "member"),
      over: show(over.slice(0, shownAtOnce)),
      older: over.length > shownAtOnce ? `${context.base}/alerts?before=${over[shownAtOnce - 1]!.id}` : null,
    };
    const head = {
      ...{ title: say("console.alerts"), path: "/alerts", scripts: ["alerts.js"] },
      ...(model.isFirst ? { refreshSeconds } : {}),
    };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/alerts", model: shell, status: 200 });
  });

  app.get("/alerts/:id", needs("read:alerts"), (c) => alertPage(c, deps, idOf(c), freshForm()));

  app.post("/alerts/:id/acknowledgement", needs("write:alerts"), async (c) => {
    const typed = await readForm(c);
    const now = deps.now();
    const minutes = takenFor.find((one) => one === typed.one("for")) ?? "";
    const until = minutes === "" ? null : now + Number(minutes) * 60_000;
    return settle(c, typed, async (author) => {
      const { id } = await acknowledgeAlert(deps.db, { id: idOf(c), author, until }, now);
      return `/console/alerts/${id}`;
    });
  });

  app.post("/alerts/:id/return", needs("write:alerts"), async (c) =>
    settle(c, await readForm(c), async (author) => {
      const { id } = await unacknowledgeAlert(deps.db, { id: idOf(c), author }, deps.now());
      return `/console/alerts/${id}`;
    }),
  );

  /** Does it and goes on to the alert; refused, the page of the alert says why. */
  async function settle(
    c: Context<ConsoleEnv>,
    typed: Awaited<ReturnType<typeof readForm>>,
    work: (author: string) => Promise<string>,
  ): Promise<Response> {
    try {
      return c.redirect(await work(authorOf(c)), 303);
    } catch (error) {
      if (error instanceof NotFound) {
        throw error;
      }
      const { form, status } = refusedForm(typed, ["for"], error);
      return alertPage(c, deps, idOf(c), form, status);
    }
  }
}

function idOf(c: Context<ConsoleEnv>): number {
  return numberIn(c.req.param("id") ?? "", "alert_not_found");
}
