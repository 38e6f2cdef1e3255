/**
 * The timeline of a service, of a day or a month: what was measured, what people said, what was planned, and what was judged anew or taken
 * out of the count, one below the other over the same time. From any stretch one link leads on to proposing a correction of it.
 */
import type { Hono } from "hono";
import { NotFound } from "../../domain/errors.ts";
import { isLocalDate } from "../../domain/time/business-calendar.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { type LocalDay, localDayOf } from "../../domain/time/local-day.ts";
import { fieldTime, parseLocalTime } from "../../domain/time/local-time.ts";
import { readTimeline } from "../../actions/read-timeline.ts";
import { listCoverableServices } from "../../store/covered-services.ts";
import { listLocationAnswers } from "../../store/location-answers.ts";
import { formatInstant } from "../format.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { monthBeside, monthName } from "./months.ts";
import { type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { hourMarks, locationLanes, timelineLanes, timelineSpans } from "./timeline-lanes.ts";

const bucketSeconds = 300;

/** Adds the page. */
export function addTimeline(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/services/:slug/timeline", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const slug = c.req.param("slug");
    const service = (await listCoverableServices(deps.db, { services: [slug], groups: [] }))[0];
    if (service === undefined) {
      throw new NotFound("service_not_found", `There is no service "${slug}".`);
    }
    const { say } = context.language;
    const month = c.req.query("month");
    const here = `${context.base}/services/${encodeURIComponent(slug)}/timeline`;
    const isMonth = month !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(month);
    const model = {
      ...{ service: service.title, slug, here },
      ...(isMonth
        ? await monthModel(deps, service, month, here, context)
        : await dayModel(
            deps,
            service,
            dayIn(c.req.query("day"), context),
            c.req.query("locations") === "1",
            here,
            context,
          )),
    };
    const head = {
      title: `${say("console.timeline.title", { service: service.title })}, ${model.when}`,
      path: `/services/${encodeURIComponent(slug)}/timeline`,
      scripts: isMonth ? [] : ["timeline.js"],
    };
    const shell = consoleShell(model, head, context, deps);
    const template = isMonth ? "console/timeline-month" : "console/timeline";
    return answerPage(c, deps.look, { template, model: shell, status: 200 });
  });
}

type Service = Parameters<typeof readTimeline>[1];

/** The day that an address asks for; what cannot be read is today. */
function dayIn(text: string | undefined, { timeZone, now }: ConsoleContext): LocalDay {
  const at = text !== undefined && isLocalDate(text) ? parseLocalTime(`${text}T12:00`, timeZone) : now;
  return localDayOf(at, timeZone);
}

async function dayModel(
  deps: ConsoleDeps,
  service: Service,
  day: LocalDay,
  showsLocations: boolean,
  here: string,
  context: ConsoleContext,
) {
  const { language, timeZone, now } = context;
  const layers = await readTimeline(deps.db, service, day, now);
  const answers = showsLocations ? await listLocationAnswers(deps.db, service.slug, day, bucketSeconds) : [];
  const dayBeside = (instant: number) => localDayOf(instant, timeZone).date;
  const over = { start: day.start, end: Math.min(day.end, now) };
  return {
    when: formatInstant(day.start, "weekdayDate", timeZone, language),
    ...{ date: day.date, start: day.start, end: day.end },
    earlier: `${here}?day=${dayBeside(day.start - 1)}`,
    later: day.end > now ? null : `${here}?day=${dayBeside(day.end)}`,
    month: {
      address: `${here}?month=${day.date.slice(0, 7)}`,
      name: monthName(day.date.slice(0, 7), context),
    },
    lanes: timelineLanes(layers, day, context),
    locations: showsLocations ? locationLanes(answers, day, bucketSeconds * 1_000) : null,
    locationsAddress: `${here}?day=${day.date}&locations=1`,
    marks: hourMarks(day, context),
    spans: timelineSpans(layers, service.slug, day, context),
    propose: proposeFields(over, context),
  };
}

/** Where a span is typed that is to be judged anew, the whole of the day at first; null: none of it is over, or nobody here may. */
function proposeFields({ start, end }: Interval, { timeZone, scopes }: ConsoleContext) {
  return start < end && scopes.has("write:corrections")
    ? { start: fieldTime(start, timeZone).slice(0, 16), end: fieldTime(end, timeZone).slice(0, 16) }
    : null;
}

async function monthModel(
  deps: ConsoleDeps,
  service: Service,
  label: string,
  here: string,
  context: ConsoleContext,
) {
  const { language, timeZone, now } = context;
  const month = cycleOf(label, { timeZone, anchorDay: 1 });
  const layers = await readTimeline(deps.db, service, month, now);
  const days: LocalDay[] = [];
  for (
    let day = localDayOf(month.start, timeZone);
    day.start < Math.min(month.end, now);
    day = localDayOf(day.end, timeZone)
  ) {
    days.push(day);
  }
  return {
    when: monthName(label, context),
    earlier: `${here}?month=${monthBeside(label, -1)}`,
    later: month.end > now ? null : `${here}?month=${monthBeside(label, 1)}`,
    days: days.map((day) => ({
      date: day.date,
      name: formatInstant(day.start, "day", timeZone, language),
      address: `${here}?day=${day.date}`,
      lanes: timelineLanes(layers, day, context),
      words: timelineSpans(layers, service.slug, day, context).map(
        ({ kindWord, words }) => `${kindWord}: ${words}`,
      ),
    })),
  };
}
