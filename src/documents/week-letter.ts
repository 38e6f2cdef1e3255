/**
 * The letter on a week of operations to management: how the services did and how certain that is, what was declared and planned, what needed
 * a person, and how the contracts stand, with the way to the months that wait. Every figure stands in the facts.
 */
import type {
  AlertCount,
  OperationsWeek,
  ServiceWeek,
  WeekOutage,
} from "../domain/mailing/operations-week.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { type Letter, type LetterBlock, type LetterContents, letterHtml, letterText } from "./letter.ts";
import { type MailLanguage, mailLanguage } from "./mail-language.ts";
import { listOf, more, mostListed } from "./long-list.ts";
import { closingsOf, contractsOf } from "./week-contracts.ts";

/**
 * @param recipient null: it is looked at, not sent
 * @param baseUrl address of the server, where the months are closed; null: there is no address to write down
 */
export function weekLetter(
  week: OperationsWeek,
  code: CustomerLanguage,
  recipient: string | null,
  baseUrl: string | null,
): Letter {
  const language = mailLanguage(code);
  const { say, report: words } = language;
  const { label, platform, timeZone, outages, incidents } = week;
  const number = String(Number(label.split("-W")[1]));
  const subject = say("week.subject", {
    week: number,
    outages: outages.length,
    incidents: incidents.filter(({ openedInWeek }) => openedInWeek).length,
  });
  const moment = momentsOf(week, language);
  const date = (at: Instant) => words.date(isoInstant(at), timeZone);
  const span = { from: date(week.start), to: date(week.end - 1), zone: timeZone, at: moment(week.asOf) };
  const contents: LetterContents = {
    languageTag: words.tag,
    sender: platform,
    title: say("week.title", { week: number }),
    preview: subject,
    blocks: [
      { kind: "text", text: say("week.span", span) },
      { kind: "rows", rows: rowsOf(week, language) },
      ...servicesOf(week.services, language),
      ...outagesOf(outages, language, moment),
      ...wordsOf(week, language, moment),
      ...alertsOf(week, language, moment),
      ...contractsOf(week, language),
      ...closingsOf(week, language, baseUrl),
    ],
    footer: [
      recipient === null
        ? say("footer.week.preview", { platform })
        : say("footer.week", { platform, address: recipient }),
    ],
  };
  return { subject, text: letterText(contents), html: letterHtml(contents) };
}

type Moment = (at: Instant) => string;

function momentsOf({ timeZone }: OperationsWeek, { report: words }: MailLanguage): Moment {
  return (at) => words.shortMoment(isoInstant(at), timeZone);
}

function rowsOf(week: OperationsWeek, { say }: MailLanguage): [string, string][] {
  const { services, outages, incidents, windows } = week;
  const standing = (wanted: string) => windows.filter((window) => window.standing === wanted).length;
  return [
    [say("week.servicesDown"), say("week.of", { n: services.filter(isDown).length, all: services.length })],
    [say("week.outages"), String(outages.length)],
    [
      say("week.incidents"),
      say("week.incidents.told", {
        opened: incidents.filter(({ openedInWeek }) => openedInWeek).length,
        resolved: incidents.filter(({ resolvedInWeek }) => resolvedInWeek).length,
        open: incidents.filter(({ resolvedAt }) => resolvedAt === null || resolvedAt >= week.end).length,
      }),
    ],
    [
      say("week.maintenance"),
      say("week.maintenance.told", {
        done: standing("done"),
        running: standing("running"),
        coming: standing("coming"),
      }),
    ],
  ];
}

function isDown({ downMs }: ServiceWeek): boolean {
  return downMs.observed > 0;
}

/** The ones that were down longest first; of the others those that were measured least. */
function servicesOf(services: readonly ServiceWeek[], { say, report: words }: MailLanguage): LetterBlock[] {
  if (services.length === 0) {
    return [{ kind: "text", text: say("week.services.none") }];
  }
  const inOrder = services.toSorted(
    (a, b) => b.downMs.observed - a.downMs.observed || b.unknownMs - a.unknownMs,
  );
  const unknown = inOrder.filter(({ percent, unknownMs }) => percent === null || unknownMs > 0);
  return [
    { kind: "heading", text: say("week.services") },
    {
      kind: "table",
      head: [
        words.say("service"),
        words.say("availability"),
        ...[say("week.outages"), say("week.down"), say("week.atLeast"), say("week.atMost")],
      ],
      rows: inOrder
        .slice(0, mostListed)
        .map(({ title, percent, outages, downMs }) => [
          title,
          words.shortPercent(percent),
          String(outages),
          ...[downMs.observed, downMs.lower, downMs.upper].map((ms) =>
            ms === 0 ? words.say("nothing") : words.duration(ms),
          ),
        ]),
    },
    ...more(inOrder.length, say),
    ...listOf(
      say("week.unknown"),
      unknown.map(({ title, percent, coveragePercent, unknownMs }) =>
        percent === null
          ? say("week.nothingMeasured", { service: title })
          : say("week.unknownLine", {
              service: title,
              ms: words.duration(unknownMs),
              percent: words.shortPercent(coveragePercent),
            }),
      ),
      say,
    ),
  ];
}

function outagesOf(
  outages: readonly WeekOutage[],
  { say, report: words }: MailLanguage,
  moment: Moment,
): LetterBlock[] {
  return outages.length === 0
    ? [{ kind: "text", text: say("week.outages.none") }]
    : listOf(
        say("week.outages"),
        outages.map(({ title, check, start, end, lengthMs }) =>
          say(end === null ? "week.outageLasts" : "week.outageLine", {
            ...{ service: title, check, from: moment(start), to: end === null ? "" : moment(end) },
            observed: words.duration(lengthMs.observed),
            lower: words.duration(lengthMs.lower),
            upper: words.duration(lengthMs.upper),
          }),
        ),
        say,
      );
}

/** What people declared and planned. */
function wordsOf(
  { incidents, windows }: OperationsWeek,
  { say }: MailLanguage,
  moment: Moment,
): LetterBlock[] {
  return [
    ...listOf(
      say("week.incidents"),
      incidents.map(({ reference, title, startedAt, resolvedAt }) =>
        resolvedAt === null
          ? say("week.incidentOpen", { reference, title, from: moment(startedAt) })
          : say("week.incidentLine", { reference, title, from: moment(startedAt), to: moment(resolvedAt) }),
      ),
      say,
    ),
    ...listOf(
      say("week.maintenance"),
      windows.map(({ reference, title, standing, start, end }) =>
        say(`week.windowLine.${standing}`, { reference, title, from: moment(start), to: moment(end) }),
      ),
      say,
    ),
  ];
}

function alertsOf({ alerts, probes }: OperationsWeek, { say }: MailLanguage, moment: Moment): LetterBlock[] {
  if (alerts.length === 0) {
    return [{ kind: "text", text: say("week.alerts.none") }];
  }
  const row = ({ kind, opened, closed, open }: AlertCount) => [
    say(`alert.${kind}`),
    ...[opened, closed, open].map(String),
  ];
  return [
    { kind: "heading", text: say("week.alerts") },
    {
      kind: "table",
      head: [say("week.kind"), say("week.opened"), say("week.closed"), say("week.openAtEnd")],
      rows: alerts.map(row),
    },
    ...listOf(
      say("week.probes"),
      probes.map(({ kind, probe, location, openedAt, closedAt }) =>
        say(closedAt === null ? "week.probeLasts" : "week.probeLine", {
          ...{ probe: location === "" ? probe : `${probe} (${location})`, kind: say(`alert.${kind}`) },
          ...{ from: moment(openedAt), to: closedAt === null ? "" : moment(closedAt) },
        }),
      ),
      say,
    ),
  ];
}
