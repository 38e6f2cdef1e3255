/** What a report rests on, on paper: outages, exclusions, what people recorded, money, method, evidence, revisions (pdf.ts puts it together). */
import type { Report } from "../domain/sla/report/report.ts";
import type { PartReport } from "../domain/sla/report/report-part.ts";
import { clausesOf } from "../domain/sla/report/report-part.ts";
import { type Column, page, type Sheet, type SheetCell, size } from "./pdf-sheet.ts";
import type { ReportLanguage } from "./report-language.ts";
import { toldExclusions } from "./tables.ts";
import { toldClauses } from "./told-clauses.ts";
import { toldCredit } from "./told-credit.ts";

/** Something a person recorded, as it stands in a report. */
interface Recorded {
  id: string;
  service?: string;
  title?: string;
  kind?: string;
  about?: string;
  state?: string;
  reason?: string;
  author?: string;
  approver?: string;
  start?: string;
  end?: string | null;
  started_at?: string;
  resolved_at?: string | null;
  at?: string;
  services?: string[];
}

/** Outages, exclusions, corrections, incidents, decisions and services. */
export function recordSections(sheet: Sheet, report: Report, language: ReportLanguage): void {
  const zone = report.cycle.time_zone;
  const titleOf = (slug: string) => report.services.find((one) => one.slug === slug)?.title ?? slug;
  outages(sheet, report, language);
  exclusions(sheet, report, language);
  const corrections = report.corrections as unknown as Recorded[];
  section(
    sheet,
    language.say("corrections"),
    corrections,
    [
      column(language.say("service"), 14),
      column(language.say("start"), 17),
      column(language.say("end"), 17),
      column(language.say("state"), 12),
      column(language.say("reason"), 30),
      column(language.say("people"), 22),
    ],
    (one) => [
      titleOf(one.service ?? ""),
      language.shortMoment(one.start ?? null, zone),
      language.shortMoment(one.end ?? null, zone),
      language.name("state", one.state ?? ""),
      one.reason ?? "",
      language.say("approvedBy", { author: one.author ?? "", approver: one.approver ?? "" }),
    ],
  );
  const incidents = report.incidents as unknown as Recorded[];
  section(
    sheet,
    language.say("incidents"),
    incidents,
    [
      column(language.say("incident"), 40),
      column(language.say("service"), 24),
      column(language.say("start"), 18),
      column(language.say("end"), 18),
    ],
    (one) => [
      one.title ?? "",
      (one.services ?? []).map(titleOf).join(", "),
      language.shortMoment(one.started_at ?? null, zone),
      language.shortMoment(one.resolved_at ?? null, zone),
    ],
  );
  const decisions = report.decisions as unknown as Recorded[];
  section(
    sheet,
    language.say("decisions"),
    decisions,
    [
      column(language.say("kind"), 24),
      column(language.say("what"), 20),
      column(language.say("reason"), 36),
      column(language.say("people"), 24),
    ],
    (one) => [
      language.name("decision", one.kind ?? ""),
      titleOf(one.about ?? ""),
      one.reason ?? "",
      language.say("decision.by", { author: one.author ?? "", at: language.date(one.at ?? null, zone) }),
    ],
  );
  support(sheet, report, language);
  services(sheet, report, language);
}

/** Promised answers and solutions, kept and missed: the sums, and each that was missed. */
function support(sheet: Sheet, { support: told, cycle }: Report, language: ReportLanguage): void {
  if (told === undefined) {
    return;
  }
  const zone = cycle.time_zone;
  sheet.heading(language.say("supportTimes"));
  if (told.totals.length === 0) {
    sheet.paragraph(language.say("supportTimes.none"));
    return;
  }
  sheet.table(
    [
      column(language.say("priority"), 40),
      column(language.say("promise"), 24),
      column(language.say("outcome.met"), 18, "right"),
      column(language.say("outcome.missed"), 18, "right"),
    ],
    told.totals.map(({ priority, promise, met, missed }): SheetCell[] => [
      priority ?? language.say("priority.none"),
      language.say(`promise.${promise}`),
      language.number(String(met)),
      { text: language.number(String(missed)), weight: missed > 0 ? "strong" : "text" },
    ]),
  );
  const missed = told.promises.filter(({ outcome }) => outcome === "missed");
  section(
    sheet,
    language.say("supportTimes.missed"),
    missed,
    [
      column(language.say("request"), 20),
      column(language.say("promise"), 18),
      column(language.say("opened"), 18),
      column(language.say("due"), 18),
      column(language.say("ended"), 26),
    ],
    (one) => [
      one.reference,
      language.say(`promise.${one.promise}`),
      language.shortMoment(one.opened_at, zone),
      language.shortMoment(one.due_at, zone),
      one.ended_at === null ? language.say("notYet") : language.shortMoment(one.ended_at, zone),
    ],
  );
}

function outages(sheet: Sheet, { services, cycle }: Report, language: ReportLanguage): void {
  const zone = cycle.time_zone;
  sheet.heading(language.say("outages"));
  const rows = services.flatMap(({ title, outages: its }) =>
    its.map((outage): SheetCell[] => [
      title,
      language.shortMoment(outage.start, zone),
      outage.end === null ? language.say("lasting") : language.shortMoment(outage.end, zone),
      language.duration(outage.lower_ms),
      language.duration(outage.observed_ms),
      language.duration(outage.upper_ms),
      outage.excluded_ms === 0 ? language.say("nothing") : language.duration(outage.excluded_ms),
      { text: language.duration(outage.counted_ms), weight: "strong" },
    ]),
  );
  if (rows.length === 0) {
    sheet.paragraph(language.say("outages.none"));
    return;
  }
  sheet.table(
    [
      column(language.say("service"), 15.5),
      column(language.say("start"), 17.5),
      column(language.say("end"), 17.5),
      column(language.say("lower"), 14.5, "right"),
      column(language.say("observed"), 13.5, "right"),
      column(language.say("upper"), 14.5, "right"),
      column(language.say("excluded"), 12, "right"),
      column(language.say("counted"), 13, "right"),
    ],
    rows,
  );
  sheet.space(2);
  sheet.paragraph(language.say("outages.note"), { size: size.small, color: "quiet" });
}

function exclusions(sheet: Sheet, report: Report, language: ReportLanguage): void {
  const zone = report.cycle.time_zone;
  sheet.heading(language.say("exclusions"));
  const told = toldExclusions(report, language);
  if (told.length === 0) {
    sheet.paragraph(language.say("exclusions.none"));
    return;
  }
  sheet.table(
    [
      column(language.say("what"), 27),
      column(language.say("start"), 17),
      column(language.say("end"), 17),
      column(language.say("announced"), 17),
      column(language.say("clause"), 22),
      column(language.say("excluded"), 12, "right"),
    ],
    told.map((one) => [
      `${one.kind}: ${one.what}${one.isWindow ? "" : ` (${one.people})`}`,
      language.shortMoment(one.start, zone),
      language.shortMoment(one.end, zone),
      one.isWindow && one.announced === null
        ? language.say("announced.never")
        : language.shortMoment(one.announced, zone),
      one.verdict,
      { text: language.duration(one.excludedMs ?? 0), weight: "strong" },
    ]),
  );
}

function services(sheet: Sheet, report: Report, language: ReportLanguage): void {
  sheet.heading(language.say("services"));
  sheet.table(
    [
      column(language.say("service"), 24),
      ...(["up", "degraded", "down", "unknown", "excluded", "coverage.short"] as const).map((word) =>
        column(language.say(word), word === "up" ? 21 : 14, "right"),
      ),
    ],
    report.services.map(({ title, times, coverage_percent }) => [
      title,
      ...(["up_ms", "degraded_ms", "down_ms", "unknown_ms", "excluded_ms"] as const).map((one) =>
        language.duration(times[one]),
      ),
      language.shortPercent(coverage_percent),
    ]),
  );
  const places = report.services.flatMap(({ title, locations }) =>
    locations.map((one): SheetCell[] => [title, one.location, language.shortPercent(one.coverage_percent)]),
  );
  if (places.length > 0) {
    sheet.space(6);
    sheet.table(
      [
        column(language.say("service"), 30),
        column(language.say("locations"), 30),
        column(language.say("coverage.short"), 20, "right"),
      ],
      places,
    );
  }
}

/** Credit, method, evidence, revisions, and how to verify. */
export function moneySections(sheet: Sheet, report: Report, language: ReportLanguage): void {
  for (const part of report.parts) {
    const name = report.parts.length > 1 ? `, ${language.say("part", { n: part.version })}` : "";
    sheet.heading(`${language.say("money")}${name}`);
    money(sheet, part, language);
    sheet.heading(`${language.say("method")}${name}`);
    for (const clause of toldClauses(part, report, language)) {
      sheet.need(16);
      const top = sheet.y;
      sheet.put(clause.name, page.side, top, { size: size.table, color: "quiet" });
      sheet.paragraph(clause.text, { x: page.side + 170, width: 325, size: size.table });
      sheet.y = Math.max(sheet.y, top + 9.5) + 3;
    }
  }
  sources(sheet, report, language);
  evidence(sheet, report, language);
  revisions(sheet, report, language);
  sheet.heading(language.say("verify"), 50);
  sheet.paragraph(language.say("verify.note"), { size: size.table });
  sheet.space(4);
  const { engine } = report;
  const made = {
    version: engine.version,
    zones: engine.time_zones,
    holidays: engine.holidays,
    inputs: report.inputs_sha256,
  };
  sheet.paragraph(language.say("verify.engine", made), { size: size.small, color: "quiet" });
}

function money(sheet: Sheet, part: PartReport, language: ReportLanguage): void {
  if (part.credit === null) {
    sheet.paragraph(language.say("money.notComputed"));
    return;
  }
  const { steps, note, issued } = toldCredit(part.credit, part.verdict, language);
  for (const { name, amount } of steps) {
    sheet.amount(name, amount);
  }
  if (note !== "") {
    sheet.paragraph(note);
    sheet.space(3);
  }
  sheet.amount(language.say("money.issued"), issued, { weight: "strong" });
}

function sources(sheet: Sheet, { contract }: Report, language: ReportLanguage): void {
  const written = contract.sources as unknown as { document: string; clause: string | null }[];
  const person = contract.escalation_contact as unknown as {
    name: string;
    role: string | null;
    email: string | null;
    phone: string | null;
  } | null;
  if (written.length > 0) {
    sheet.heading(language.say("sources"), 30);
    written.forEach(({ document, clause }) =>
      sheet.paragraph(clause === null ? document : `${document}, ${clause}`, { size: size.table }),
    );
  }
  if (person !== null) {
    sheet.heading(language.say("escalation"), 30);
    const words = [person.name, person.role, person.email, person.phone].filter((one) => one !== null);
    sheet.paragraph(words.join(", "), { size: size.table });
  }
}

function evidence(sheet: Sheet, { evidence: { roots } }: Report, language: ReportLanguage): void {
  sheet.heading(language.say("evidence"));
  if (roots.length === 0) {
    sheet.paragraph(language.say("evidence.none"));
    return;
  }
  sheet.paragraph(language.say("evidence.note"), { size: size.table });
  sheet.space(6);
  sheet.table(
    [column(language.say("day"), 12), column(language.say("root"), 68), column("", 20, "right")],
    roots.map(({ day, root, timestamped }) => [
      language.date(`${day}T00:00:00.000Z`, "UTC"),
      root,
      timestamped ? language.say("evidence.timestamped") : "",
    ]),
  );
}

function revisions(sheet: Sheet, report: Report, language: ReportLanguage): void {
  if (report.revisions.length === 0) {
    return;
  }
  const zone = report.cycle.time_zone;
  const currency = report.result.currency ?? clausesOf(report.parts.at(-1)!).fee?.currency ?? null;
  const amount = (minor: number | null) =>
    minor === null || currency === null ? language.say("nothing") : language.money(minor, currency);
  sheet.heading(language.say("revisions"));
  sheet.table(
    [
      column("", 6),
      column(language.say("issuedOn"), 20),
      column(language.say("reason"), 30),
      column(language.say("people"), 18),
      column(language.say("availability"), 15, "right"),
      column(language.say("credit"), 16, "right"),
      column(language.say("adjustment"), 16, "right"),
    ],
    report.revisions.map((one) => [
      String(one.revision),
      language.date(one.issued_at, zone),
      one.reason === "" ? language.say("revisions.first") : one.reason,
      [one.author, one.approver].filter((name) => name !== null).join(", "),
      language.percent(one.percent),
      amount(one.credit_minor),
      amount(one.adjustment_minor),
    ]),
  );
}

function section<T>(
  sheet: Sheet,
  title: string,
  recorded: readonly T[],
  columns: readonly Column[],
  row: (one: T) => SheetCell[],
): void {
  if (recorded.length > 0) {
    sheet.heading(title);
    sheet.table(columns, recorded.map(row));
  }
}

function column(title: string, width: number, align: "left" | "right" = "left"): Column {
  return { title, width, align };
}
