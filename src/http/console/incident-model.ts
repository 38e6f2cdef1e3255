/**
 * One incident as its page in the console tells it: what was said, how badly each service was hit and when, what was measured beside it,
 * what it is part of. From the incident and the board to a view model.
 */
import {
  compareWithMeasured,
  measuredUpSince,
  type ServiceComparison,
} from "../../domain/status/incident-measurement.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import { ownUpdates } from "../../domain/status/incident-words.ts";
import {
  type Incident,
  impactsAt,
  type IncidentImpact,
  isPotential,
  worstImpact,
} from "../../domain/status/incident.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { formatDuration } from "../format.ts";
import { sayMarkup, timeMarkup } from "../pages/markup.ts";
import { messageFor, titleFor } from "../pages/story.ts";
import type { AuthorNames } from "./author-names.ts";
import { pageLanguages } from "./incident-fields.ts";
import type { ConsoleContext } from "./room.ts";

/** Width of the picture of a service's time, in its own units. */
const pictureWidth = 1_000;

/** People say times to the second at best: less is no difference. */
const leastToldMs = 1_000;

/** What the page shows of an incident, without its forms. */
export function incidentModel(
  incident: Incident,
  board: StatusBoard,
  names: AuthorNames,
  context: ConsoleContext,
) {
  const { say } = context.language;
  const isOpen = incident.state !== "resolved";
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const titleOf = (slug: string) => titles.get(slug) ?? slug;
  const title = titleFor(incident, context);
  const impacts = isOpen ? impactsAt(incident, context.now) : incident.impacts;
  const worst = worstImpact(impacts.map(({ impact }) => impact));
  const upSince = measuredUpSince(incident, board.services, context.now);
  const { reference, startedAt, resolvedAt, version, mergedInto, priority } = incident;
  return {
    ...{ reference, version, isOpen, mergedInto },
    title: title.text,
    titleLang: title.language === context.language.code ? "" : title.language,
    state: worst,
    stateWord: say(`incident.${incident.state}`),
    impactWord: isPotential(incident) ? say("console.incident.potential") : say(`impact.${worst}`),
    priority: priorityTitle(priority, board),
    publicAddress: `/incidents/${reference}`,
    began: timeMarkup(startedAt, "full", context),
    ended: resolvedAt === null ? null : timeMarkup(resolvedAt, "full", context),
    lasted: formatDuration((resolvedAt ?? context.now) - startedAt, context.language),
    upSince: upSince === null ? null : { at: upSince, told: timeMarkup(upSince, "moment", context) },
    parts: incident.parts.map((part) => ({
      ...part,
      said: sayMarkup(context.language, "console.incident.tookIn", {
        reference: part.reference,
        title: part.title,
        at: timeMarkup(part.mergedAt, "moment", context),
      }),
    })),
    timeline: timelineOf(incident, board, names, context),
    impacts: impactRows(incident, titleOf, context),
    comparison: comparisonOf(incident, board, titleOf, context),
  };
}

/** Everything that was said, newest first. */
function timelineOf(incident: Incident, board: StatusBoard, names: AuthorNames, context: ConsoleContext) {
  const own = ownUpdates(incident);
  const languages = pageLanguages(board);
  return incident.updates
    .map((update) => {
      const number = update.from === null ? own.indexOf(update) + 1 : null;
      return {
        number,
        from: update.from,
        stateWord: context.language.say(`incident.${update.state}`),
        author: names.of(update.author),
        at: timeMarkup(update.at, "moment", context),
        edited:
          update.editedAt === null
            ? null
            : sayMarkup(context.language, "story.edited", {
                at: timeMarkup(update.editedAt, "moment", context),
              }),
        markup: messageFor(update, context),
        message: update.message,
        language: update.language,
        translations: languages
          .filter(({ code }) => code !== update.language)
          .map(({ code, name }) => ({ code, name, text: update.translations[code] ?? "" })),
      };
    })
    .reverse();
}

/** What is told of each service, in order of time. */
function impactRows(incident: Incident, titleOf: (slug: string) => string, context: ConsoleContext) {
  return incident.impacts.map(({ serviceSlug, impact, start, end }) => ({
    service: titleOf(serviceSlug),
    impact,
    word: context.language.say(`impact.${impact}`),
    start: timeMarkup(start, "moment", context),
    end: end === null ? null : timeMarkup(end, "moment", context),
    lasted: formatDuration((end ?? context.now) - start, context.language),
    correction: new URLSearchParams({
      ...{ service: serviceSlug, impact, start: isoInstant(start) },
      ...(end === null ? {} : { end: isoInstant(end) }),
    }).toString(),
  }));
}

function comparisonOf(
  incident: Incident,
  board: StatusBoard,
  titleOf: (slug: string) => string,
  context: ConsoleContext,
) {
  const { window, services } = compareWithMeasured(incident, board.services, context.now);
  return {
    from: timeMarkup(window.start, "moment", context),
    to: timeMarkup(window.end, "moment", context),
    width: pictureWidth,
    services: services.map((one) => {
      const place = (interval: { start: Instant; end: Instant | null }) => placeIn(window, interval);
      return {
        title: titleOf(one.serviceSlug),
        told: one.told.flatMap((said) => {
          const at = place(said);
          return at === null ? [] : [{ ...at, state: said.impact as string }];
        }),
        measured: one.measured.flatMap((segment) => {
          const at = place(segment);
          return at === null ? [] : [{ ...at, state: segment.state as string }];
        }),
        toldWords:
          one.told.length === 0
            ? context.language.say("console.incident.toldNothing")
            : toldWords(one.told, context),
        measuredWords: measuredWords(one, context),
        difference: differenceWords(one, context),
      };
    }),
  };
}

/** Where an interval stands in the picture; null: outside of it. */
function placeIn(window: Interval, { start, end }: { start: Instant; end: Instant | null }) {
  const [from, to] = [Math.max(start, window.start), Math.min(end ?? window.end, window.end)];
  if (from >= to) {
    return null;
  }
  const scale = pictureWidth / (window.end - window.start);
  const x = Math.floor((from - window.start) * scale);
  // What was short can still be seen.
  return { x, width: Math.max(3, Math.ceil((to - from) * scale)) };
}

function toldWords(
  told: readonly { impact: IncidentImpact; start: Instant; end: Instant | null }[],
  context: ConsoleContext,
): string {
  const { language, now } = context;
  return told
    .map(({ impact, start, end }) =>
      language.say("console.incident.stretch", {
        what: language.say(`impact.${impact}`),
        time: formatDuration((end ?? now) - start, language),
      }),
    )
    .join(", ");
}

function measuredWords({ measured }: ServiceComparison, { language }: ConsoleContext): string {
  return measured.length === 0
    ? language.say("console.incident.measuredNothing")
    : measured
        .map(({ state, start, end }) =>
          language.say("console.incident.stretch", {
            what: language.say(`reading.${state}`),
            time: formatDuration(end - start, language),
          }),
        )
        .join(", ");
}

/** What differs; empty: nothing does. */
function differenceWords(
  { toldOnlyMs, measuredOnlyMs }: ServiceComparison,
  { language }: ConsoleContext,
): string[] {
  const time = (ms: number) => formatDuration(ms, language);
  return [
    ...(toldOnlyMs < leastToldMs
      ? []
      : [language.say("console.incident.toldOnly", { time: time(toldOnlyMs) })]),
    ...(measuredOnlyMs < leastToldMs
      ? []
      : [language.say("console.incident.measuredOnly", { time: time(measuredOnlyMs) })]),
  ];
}

function priorityTitle(priority: string | null, board: StatusBoard): string {
  const known = incidentRules(board.settings).priorities.find(({ slug }) => slug === priority);
  return known?.title ?? priority ?? "";
}
