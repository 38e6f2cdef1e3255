/**
 * /console/acknowledge/…: where the link of a message leads. Shows the alert and a button, to whoever has the link, on a phone and without
 * signing in; only the button takes it, as mail scanners and previews follow links by themselves.
 */
import type { Context, Hono } from "hono";
import { acknowledgeAlert } from "../../actions/acknowledge-alert.ts";
import { authorOfLink, readAcknowledgeLink } from "../../actions/acknowledge-link.ts";
import { pathOfAlert } from "../../actions/compose-alert-message.ts";
import { alertWords } from "../../documents/alert-words.ts";
import { namedFacts, needsNames } from "../../domain/alerting/named-facts.ts";
import { isPersonId } from "../../domain/people/person.ts";
import { type CustomerLanguage, customerLanguages } from "../../domain/sla/promise/customer.ts";
import { readNamesOfThings } from "../../store/alert-names.ts";
import type { Alert } from "../../store/alerts.ts";
import { authorOfHolder } from "../../store/holders.ts";
import { findPerson } from "../../store/people.ts";
import { getAlert } from "../../store/told-alerts.ts";
import { limitAttempts } from "../attempts.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { sessionOf } from "../sessions.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, refusedButton } from "./form.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, consoleRoom } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the page, which is open to whoever has a link. */
export function addAcknowledging(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(20, 60_000);

  const page = async (c: Context, alert: Alert | null, form: Form, status = 200) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const model = alert === null ? { alert: null, form } : { alert: await shown(alert, context, deps), form };
    const head = { title: say("console.acknowledge.title"), path: "/sign-in" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/acknowledge", model: shell, status });
  };
  const refused = (c: Context, error: unknown, alert: Alert | null = null) => {
    const { form, status } = refusedButton(error);
    return page(c, alert, form, status);
  };

  app.get("/acknowledge/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    try {
      const { alertId } = readAcknowledgeLink(deps.secretKey, c.req.param("link"));
      return await page(c, await getAlert(deps.db, alertId), freshForm());
    } catch (error) {
      attempts.failed(c, deps.now());
      return refused(c, error);
    }
  });

  app.post("/acknowledge/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    let alert: Alert | null = null;
    try {
      const link = readAcknowledgeLink(deps.secretKey, c.req.param("link"));
      alert = await getAlert(deps.db, link.alertId);
      // Whoever is signed in takes it in their own name.
      const session = await sessionOf(c, consoleRoom, deps);
      const author = session === undefined ? authorOfLink(link) : authorOfHolder(session.holder);
      await acknowledgeAlert(deps.db, { id: link.alertId, author, by: "link" }, deps.now());
      return c.redirect(c.req.path, 303);
    } catch (error) {
      attempts.failed(c, deps.now());
      return refused(c, error, alert);
    }
  });
}

interface ShownAlert {
  subject: string;
  lines: string[];
  state: "open" | "taken" | "over";
  stateWord: string;
  since: string;
  page: string;
}

async function shown(
  alert: Alert,
  { language, timeZone, ...rest }: ConsoleContext,
  { db }: Pick<ConsoleDeps, "db">,
): Promise<ShownAlert> {
  const { kind, facts, openedAt, closedAt, overAt, acknowledgedBy, acknowledgedAt, memberOf } = alert;
  const { say } = language;
  const code: CustomerLanguage = customerLanguages.find((one) => one === language.code) ?? "en";
  const named = needsNames(facts) ? namedFacts(facts, await readNamesOfThings(db)) : facts;
  const said = { kind, facts: named, openedAt, closedAt: overAt ?? closedAt, round: 0, takenBy: null };
  const speaker = memberOf === null ? null : await getAlert(db, memberOf);
  const takenBy = acknowledgedBy ?? speaker?.acknowledgedBy ?? null;
  const isOver = overAt !== null || closedAt !== null;
  const isTaken = acknowledgedAt !== null || (speaker?.acknowledgedAt ?? null) !== null;
  const state = isOver ? "over" : isTaken ? "taken" : "open";
  const words = alertWords(said, isOver ? "closed" : "opened", { language: code, timeZone });
  const name =
    takenBy === null ? "" : isPersonId(takenBy) ? ((await findPerson(db, takenBy))?.name ?? "") : takenBy;
  return {
    ...{ subject: words.subject, lines: words.lines, state },
    stateWord:
      state === "open"
        ? say("console.acknowledge.lead")
        : state === "over"
          ? say("console.acknowledge.over")
          : name === ""
            ? say("console.acknowledge.yours")
            : say("console.acknowledge.taken", { name }),
    since: shortTimeMarkup(openedAt, { ...rest, language, timeZone }).html,
    page: pathOfAlert(alert),
  };
}
