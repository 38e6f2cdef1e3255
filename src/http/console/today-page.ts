/**
 * /console: today. What is wrong, whose clock is running, what waits for the reader, what comes next; calm when there is none of it. Those
 * who keep contracts read what waits first, those who run the platform what is wrong.
 */
import type { Hono } from "hono";
import { type RunningClock, runningClocks } from "../../actions/running-clocks.ts";
import { alertWords } from "../../documents/alert-words.ts";
import { alertStanding } from "../../domain/alerting/standing-alert.ts";
import { namedFacts, needsNames } from "../../domain/alerting/named-facts.ts";
import { isUnderWay } from "../../domain/status/maintenance-window.ts";
import { serviceCondition, shownStates } from "../../domain/status/service.ts";
import { needsHurry } from "../../domain/support/response-clock.ts";
import type { CustomerLanguage } from "../../domain/sla/promise/customer.ts";
import { cycleContaining, previousCycle } from "../../domain/time/billing-cycle.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { countUnreported } from "../../store/waiting.ts";
import { readNamesOfThings } from "../../store/alert-names.ts";
import type { Alert } from "../../store/alerts.ts";
import { listOpenForPeople } from "../../store/told-alerts.ts";
import { linkMarkup, type Markup, sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import { titleFor } from "../pages/story.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { monthName } from "./months.ts";
import { isMonitored, promisedSlugs, type ReadPromises } from "./promises.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { shownClock } from "./shown-clock.ts";

const shownAtOnce = 15;
const soonMs = 86_400_000;
const monthsLookedAt = 3;
/** Where no script keeps the page current. */
const refreshSeconds = 60;

/** Adds the page. */
export function addToday(app: Hono<ConsoleEnv>, deps: ConsoleDeps, readPromises: ReadPromises): void {
  app.get("/", async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const wrong = [
      ...incidentLines(deps, context),
      ...serviceLines(deps, context),
      ...(await alertLines(deps, context)),
    ];
    const clocks = await clockLines(deps, context);
    const waits = await waitingLines(deps, readPromises, context);
    const coming = windowLines(deps, context);
    // Whoever keeps contracts and does not run the platform has come for what waits.
    const keepsContracts = context.scopes.has("write:contracts") && !context.scopes.has("write:incidents");
    const parts = [
      { id: "wrong", title: say("console.today.wrong"), lines: wrong },
      { id: "clocks", title: say("console.today.clocks"), lines: clocks },
      { id: "waits", title: say("console.today.waits"), lines: waits },
      { id: "coming", title: say("console.today.coming"), lines: coming },
    ];
    const order = keepsContracts ? ["waits", "clocks", "wrong", "coming"] : parts.map(({ id }) => id);
    const model = {
      parts: order
        .map((id) => parts.find((part) => part.id === id)!)
        .filter(({ lines }) => lines.length > 0)
        .map(({ lines, ...part }) => ({
          ...part,
          lines: lines.slice(0, shownAtOnce),
          more:
            lines.length > shownAtOnce ? say("console.today.more", { n: lines.length - shownAtOnce }) : "",
        })),
      summary: summaryOf(wrong, waits, clocks, context),
    };
    const head = {
      title: say("console.today.title"),
      path: "",
      scripts: ["console-live.js"],
      refreshSeconds,
    };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/today", model: shell, status: 200 });
  });
}

/** A line of the page. */
interface TodayLine {
  /** Colours its edge: a state of a service, "late" or "". */
  mark: string;
  what: Markup;
  /** What one needs to know of it. */
  about: Markup;
  at: Markup;
}

const nothing: Markup = { html: "" };

function line(over: Partial<TodayLine> & Pick<TodayLine, "what">): TodayLine {
  return { mark: "", about: nothing, at: nothing, ...over };
}

function words(text: string, context: ConsoleContext): Markup {
  return sayMarkup(context.language, "console.today.words", { text });
}

function incidentLines(deps: ConsoleDeps, context: ConsoleContext): TodayLine[] {
  const { language, base } = context;
  return deps
    .board()
    .incidents.filter(({ resolvedAt }) => resolvedAt === null)
    .map((incident) =>
      line({
        mark: "partial_outage",
        what: linkMarkup(titleFor(incident, context).text, `${base}/incidents/${incident.reference}`),
        about: words(`${incident.reference} · ${language.say(`incident.${incident.state}`)}`, context),
        at: shortTimeMarkup(incident.startedAt, context),
      }),
    );
}

/** Services that do not run, the worst first; those behind an open incident or at work are told there. */
function serviceLines(deps: ConsoleDeps, context: ConsoleContext): TodayLine[] {
  const { incidents, windows, services } = deps.board();
  const open = incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const running = windows.filter((window) => isUnderWay(window, context.now));
  return services
    .filter(({ reading }) => reading === "down" || reading === "degraded")
    .map((service) => ({ service, condition: serviceCondition(service, open, running, context.now) }))
    .sort((a, b) => shownStates.indexOf(b.condition.state) - shownStates.indexOf(a.condition.state))
    .map(({ service, condition }) => {
      const trouble = service.checks.find((check) => check.trouble !== null)?.trouble ?? "";
      const known = condition.incidents.map(({ reference }) => reference);
      return line({
        mark: condition.state,
        what: linkMarkup(service.title, `${context.base}/services/${encodeURIComponent(service.slug)}`),
        about: words(
          [context.language.say(`state.${condition.state}`), trouble, ...known]
            .filter((one) => one !== "")
            .join(" · "),
          context,
        ),
        at: condition.since === null ? nothing : shortTimeMarkup(condition.since, context),
      });
    });
}

/** How an alert that nobody has taken on is marked: as bad as it is. */
const markOfSeverity = { critical: "late", warning: "degraded_performance", info: "" } as const;

/** It calls, taken on or not, and its own trouble stands. */
function standsForPeople(alert: Alert): boolean {
  return alert.closedAt === null && ["calling", "acknowledged"].includes(alertStanding(alert));
}

async function alertLines(deps: ConsoleDeps, context: ConsoleContext): Promise<TodayLine[]> {
  const language = context.language.code as CustomerLanguage;
  const readers = { language, timeZone: context.timeZone };
  const mayOpen = context.scopes.has("read:alerts");
  const open = await listOpenForPeople(deps.db);
  const names = open.some(({ facts }) => needsNames(facts)) ? await readNamesOfThings(deps.db) : null;
  const subjectOf = ({ facts, ...alert }: Alert) => {
    const said = { ...alert, facts: names === null ? facts : namedFacts(facts, names), takenBy: null };
    return alertWords(said, "opened", readers).subject;
  };
  return open.filter(standsForPeople).map((alert) =>
    line({
      mark: alert.acknowledgedAt === null ? markOfSeverity[alert.severity] : "",
      what: mayOpen
        ? linkMarkup(subjectOf(alert), `${context.base}/alerts/${alert.id}`)
        : words(subjectOf(alert), context),
      about: words(
        context.language.say(
          alert.acknowledgedAt === null ? "console.today.alertOpen" : "console.today.alertTaken",
        ),
        context,
      ),
      at: shortTimeMarkup(alert.openedAt, context),
    }),
  );
}

async function clockLines(deps: ConsoleDeps, context: ConsoleContext): Promise<TodayLine[]> {
  if (!context.scopes.has("read:requests")) {
    return [];
  }
  const { base, now } = context;
  const incidents = new Map(deps.board().incidents.map((incident) => [incident.reference, incident]));
  return (await runningClocks(deps.db, now)).map((clock) => {
    const room = clock.about === "request" ? "requests" : "incidents";
    const incident = incidents.get(clock.reference);
    const title = incident === undefined ? clock.title : titleFor(incident, context).text;
    return line({
      mark: needsHurry(clock.reading, now) ? "late" : "",
      what: linkMarkup(`${clock.reference} ${title}`, `${base}/${room}/${clock.reference}`),
      about: dueWords(clock, context),
      at: clock.reading.dueAt === null ? nothing : shortTimeMarkup(clock.reading.dueAt, context),
    });
  });
}

function dueWords({ reading, kind, priorityTitle, priority }: RunningClock, context: ConsoleContext): Markup {
  const clock = shownClock(kind, reading, context);
  const parts = [priorityTitle ?? priority ?? "", clock?.kind ?? "", clock?.word ?? "", clock?.left ?? ""];
  return words(parts.filter((one) => one !== "").join(" · "), context);
}

/** What the reader, by what they may do, is waited for. */
async function waitingLines(
  deps: ConsoleDeps,
  readPromises: ReadPromises,
  context: ConsoleContext,
): Promise<TodayLine[]> {
  const { language, base, waiting, scopes, now } = context;
  const lines: TodayLine[] = [];
  const add = (n: number, key: Parameters<typeof language.say>[0], path: string) => {
    if (n > 0) {
      lines.push(line({ what: linkMarkup(language.say(key, { n }), `${base}${path}`) }));
    }
  };
  if (scopes.has("write:corrections")) {
    add(waiting.proposals, "console.today.proposals", "/proposals");
  }
  if (scopes.has("write:requests")) {
    add(waiting.requests, "console.today.requests", "/requests");
  }
  if (scopes.has("write:reports")) {
    add(waiting.mail, "console.today.mail", "/mail");
    for (const { label, n } of await unclosedMonths(deps, now)) {
      const what = language.say("console.today.closings", { n, month: monthName(label, context) });
      lines.push(line({ what: linkMarkup(what, `${base}/closings/${label}`) }));
    }
  }
  if (scopes.has("write:services") || scopes.has("write:contracts")) {
    const { services } = deps.board();
    const promised = promisedSlugs(await readPromises(now), services);
    const unwatched = services.filter((service) => promised.has(service.slug) && !isMonitored(service));
    add(unwatched.length, "console.today.unmonitored", "/services?show=unmonitored");
  }
  return lines;
}

/** The latest months that are over, with so many contracts that have no report of them; the oldest first. */
async function unclosedMonths(deps: ConsoleDeps, now: Instant): Promise<{ label: string; n: number }[]> {
  const { commitment, timeZone } = deps.board().settings;
  const rule = { timeZone, anchorDay: commitment.anchorDay };
  let cycle = cycleContaining(now, rule);
  const months = Array.from({ length: monthsLookedAt }, () => (cycle = previousCycle(cycle, rule)));
  const counted = await countUnreported(deps.db, months);
  return counted.filter(({ n }) => n > 0).reverse();
}

function windowLines(deps: ConsoleDeps, context: ConsoleContext): TodayLine[] {
  const { language, base, now } = context;
  return deps
    .board()
    .windows.filter(
      (window) =>
        isUnderWay(window, now) ||
        (window.state === "scheduled" && window.plannedStart >= now && window.plannedStart < now + soonMs),
    )
    .map((window) =>
      line({
        mark: isUnderWay(window, now) ? "under_maintenance" : "",
        what: linkMarkup(window.title, `${base}/maintenance/${window.reference}`),
        about: words(`${window.reference} · ${language.say(`maintenance.${window.state}`)}`, context),
        at: sayMarkup(language, "console.today.span", {
          start: shortTimeMarkup(window.plannedStart, context),
          end: shortTimeMarkup(window.plannedEnd, context),
        }),
      }),
    );
}

/** The page in one sentence. */
function summaryOf(
  wrong: readonly unknown[],
  waits: readonly unknown[],
  clocks: readonly unknown[],
  { language }: ConsoleContext,
): string {
  if (wrong.length > 0) {
    return language.say("console.today.isWrong", { n: wrong.length });
  }
  return language.say(waits.length + clocks.length > 0 ? "console.today.isWaiting" : "console.today.calm");
}
