/** /console/alerts/:id: what happened to one alert, who was told when on which channel or why not, who has it, and what comes next. */
import type { Context } from "hono";
import { readNextCall } from "../../actions/read-next-call.ts";
import { listAlertEvents } from "../../store/alert-events.ts";
import { countMembers, getAlert, listMembers, listTellings } from "../../store/told-alerts.ts";
import { type Markup, sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import { type AlertNames, alertNames } from "./alert-names.ts";
import { alertTimeline, channelInWords } from "./alert-timeline.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Form } from "./form.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { shownAlert } from "./shown-alert.ts";

const refreshSeconds = 15;

/** Lengths for which an alert may be taken, in minutes; "": until it is over. */
export const takenFor = ["", "30", "60", "240", "720"] as const;

export async function alertPage(
  c: Context<ConsoleEnv>,
  deps: ConsoleDeps,
  id: number,
  form: Form,
  status = 200,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const alert = await getAlert(deps.db, id);
  const members = await listMembers(deps.db, alert);
  const counts = await countMembers(deps.db, [id]);
  const names = await alertNames(deps);
  const alertOf = shownAlert(alert, counts.get(id), names, context);
  const model = {
    form,
    alert: alertOf,
    since: shortTimeMarkup(alert.openedAt, context),
    over: alert.overAt === null ? null : shortTimeMarkup(alert.overAt, context),
    takenUntil:
      alert.acknowledgedUntil === null
        ? null
        : sayMarkup(context.language, "console.alerts.takenUntil", {
            at: shortTimeMarkup(alert.acknowledgedUntil, context),
          }),
    next: await nextInWords(alert, names, context, deps),
    speaker: alert.memberOf === null ? null : `${context.base}/alerts/${alert.memberOf}`,
    members: members.map((one) => shownAlert(one, undefined, names, context)),
    entries: alertTimeline(
      await listAlertEvents(deps.db, id),
      await listTellings(deps.db, id),
      alert,
      names,
      context,
    ),
    lengths: takenFor.map((value) => ({ value, words: say(`console.alerts.for.${value || "over"}`) })),
    servicePage: alertOf.service === null ? null : `/services/${alertOf.service}`,
    silenceForm:
      alertOf.service === null || !context.scopes.has("write:alerts") || alert.overAt !== null
        ? null
        : `${context.base}/silences?services=${alertOf.service}`,
  };
  const head = {
    ...{ title: alertOf.title, path: `/alerts/${id}`, scripts: ["alerts.js"] },
    ...(alert.overAt === null && form.refusal === "" ? { refreshSeconds } : {}),
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/alert", model: shell, status });
}

/** "At 08:25 Anna is called, on anna-phone, if nobody takes it before." Null: nothing follows. */
async function nextInWords(
  alert: Awaited<ReturnType<typeof getAlert>>,
  names: AlertNames,
  context: ConsoleContext,
  { db }: ConsoleDeps,
): Promise<Markup | null> {
  const next = await readNextCall(db, alert, context.now);
  if (next === null) {
    return null;
  }
  const { language } = context;
  const who = next.reached.map((one) => channelInWords(one, names, context)).join(", ");
  const at = shortTimeMarkup(Math.max(next.at, context.now), context);
  return who === ""
    ? sayMarkup(language, "console.alerts.next.nobody", { at })
    : sayMarkup(language, next.unless === "over" ? "console.alerts.next.over" : "console.alerts.next.call", {
        ...{ at, who },
      });
}
