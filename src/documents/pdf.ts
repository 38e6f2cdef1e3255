/**
 * A report on paper: what the month came to first, then the subtraction that leads there, then everything it rests on. Its bytes depend on
 * nothing but the report, the seal's digest, the language and the logo.
 */
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf, type PartReport } from "../domain/sla/report/report-part.ts";
import type { Letterhead } from "./letterhead.ts";
import { drawBars } from "./pdf-bars.ts";
import { moneySections, recordSections } from "./pdf-sections.ts";
import { contentWidth, ink, page, Sheet, size } from "./pdf-sheet.ts";
import { toldDifference } from "./told-difference.ts";
import { toldFigures } from "./told-figures.ts";
import { toldOutcome, toldRange, toldSteps } from "./told-subtraction.ts";
import type { ReportLanguage } from "./report-language.ts";

/**
 * @param sha256 digest of the report's canonical JSON, hex
 * @param before the revision before it, where what changed is to be told
 * @param head logo of the platform; null: it has none
 */
export async function reportPdf(
  report: Report,
  sha256: string,
  language: ReportLanguage,
  { before = null, head = null }: { before?: Report | null; head?: Letterhead | null } = {},
): Promise<Uint8Array> {
  const { cycle, customer, contract, platform } = report;
  const month = language.month(cycle.start, cycle.time_zone);
  const sheet = new Sheet({
    title: `${language.say("title")}, ${customer.name}, ${contract.title}, ${month}`,
    author: platform.name,
    language: language.tag,
    created: new Date(report.revisions.at(-1)?.issued_at ?? report.as_of ?? cycle.end),
  });
  drawHead(sheet, report, language, head);
  drawResult(sheet, report, language);
  if (before !== null) {
    sheet.heading(language.say("difference", { n: before.revision }), 30);
    toldDifference(before, report, language).forEach((line) => {
      sheet.paragraph(line, { size: size.table });
      sheet.space(2);
    });
  }
  for (const part of report.parts) {
    drawPart(sheet, part, report, language);
  }
  recordSections(sheet, report, language);
  moneySections(sheet, report, language);
  sheet.onEveryPage((number, of) => drawFoot(sheet, { number, of, sha256 }, language));
  return sheet.end();
}

/** Four narrow strokes; the last falls where the promise is broken. */
function drawMark(sheet: Sheet, x: number, y: number, fallen: boolean): void {
  const { doc } = sheet;
  for (let i = 0; i < 4; i++) {
    const falls = fallen && i === 3;
    doc.save();
    doc.translate(x + i * 5.5, y);
    if (falls) {
      doc.rotate(24, { origin: [1.2, 16] });
    }
    doc.rect(0, 0, 2.4, 16).fill(falls ? ink.wrong : ink.text);
    doc.restore();
  }
}

/** The platform's logo, or the mark; beside it its name, where the logo does not say it. */
function drawSender(sheet: Sheet, { platform, result }: Report, head: Letterhead | null): void {
  if (head === null) {
    drawMark(sheet, page.side, page.top - 4, result.verdict === "breached");
    sheet.put(platform.name, page.side + 30, page.top - 2, { weight: "strong", size: 9.5 });
    return;
  }
  const scale = Math.min(logoRoom.width / head.width, logoRoom.height / head.height);
  const [width, height] = [head.width * scale, head.height * scale];
  const middle = page.top + 4;
  sheet.doc.image(Buffer.from(head.light), page.side, middle - height / 2, { width, height });
  if (head.withName) {
    sheet.put(platform.name, page.side + width + 8, page.top - 2, { weight: "strong", size: 9.5 });
  }
}

/** Room for a logo, pt. */
const logoRoom = { width: 150, height: 24 };

function drawHead(sheet: Sheet, report: Report, language: ReportLanguage, head: Letterhead | null): void {
  const { cycle, customer, contract, revision, revisions } = report;
  const zone = cycle.time_zone;
  drawSender(sheet, report, head);
  const state =
    revision === 0
      ? `${language.say("draft")}, ${language.say("asOf", { at: language.minute(report.as_of ?? cycle.end, zone) })}`
      : `${language.say("revision", { n: revision })}, ${language.say("issued", { at: language.date(revisions.at(-1)!.issued_at, zone) })}`;
  sheet.put(`${language.say("title")} · ${state}`, page.side, page.top - 1, {
    align: "right",
    size: size.table,
    color: "quiet",
  });
  sheet.space(46);
  sheet.paragraph(customer.name, { size: size.title, weight: "strong" });
  sheet.space(2);
  sheet.paragraph(contract.title, { size: size.heading });
  sheet.space(4);
  const bounds = language.say("cycle.bounds", {
    from: language.minute(cycle.start, zone),
    to: language.minute(cycle.end, zone),
  });
  const zoneWords = language.say("timeZone", { zone: zone.replaceAll("_", " ") });
  sheet.paragraph(`${bounds} · ${zoneWords}`, { color: "quiet" });
  sheet.space(20);
}

function drawResult(sheet: Sheet, report: Report, language: ReportLanguage): void {
  const { result, parts } = report;
  const color = result.verdict === "breached" ? "wrong" : result.verdict === "met" ? "fine" : "text";
  const top = sheet.y;
  sheet.put(language.shortPercent(result.percent), page.side - 2, top, {
    size: size.figure,
    weight: "strong",
  });
  const right = page.side + contentWidth * 0.58;
  sheet.put(language.say(`verdict.${result.verdict}`), right, top + 6, { size: 15, weight: "strong", color });
  const targets = new Set(parts.map((part) => clausesOf(part).targetPercent));
  const [target] = targets;
  if (targets.size === 1 && target != null) {
    sheet.put(language.say("promised", { percent: language.percent(target) }), right, top + 27, {
      color: "quiet",
    });
  }
  sheet.space(50);
  if (result.percent !== null) {
    sheet.put(language.say("exactly", { percent: language.percent(result.percent) }), page.side, sheet.y, {
      size: size.table,
      color: "quiet",
    });
  }
  sheet.space(18);
  drawFigures(sheet, report, language);
  for (const [holds, key] of [
    [result.sensitive_to_unknown, "sensitive"],
    [result.edges_decide, "edgesDecide"],
  ] as const) {
    if (holds) {
      sheet.paragraph(language.say(key), { weight: "strong" });
      sheet.space(4);
    }
  }
}

/** Downtime, budget and credit, side by side. */
function drawFigures(sheet: Sheet, report: Report, language: ReportLanguage): void {
  const figures = toldFigures(report, language);
  const width = contentWidth / 3;
  sheet.rule(0.8, "text");
  sheet.space(8);
  figures.forEach(({ name, figure, note }, i) => {
    const x = page.side + (i + (3 - figures.length)) * width;
    const left = i === 0 && figures.length < 3 ? page.side : x;
    sheet.put(name, left, sheet.y, { size: size.table, color: "quiet" });
    sheet.put(figure, left, sheet.y + 12, { size: 12.5, weight: "strong" });
    sheet.put(note, left, sheet.y + 29, { size: size.table, color: "quiet" });
  });
  sheet.space(48);
}

function drawPart(sheet: Sheet, part: PartReport, report: Report, language: ReportLanguage): void {
  const zone = report.cycle.time_zone;
  const several = report.parts.length > 1;
  const name = several ? `, ${language.say("part", { n: part.version })}` : "";
  sheet.heading(`${language.say("days")}${name}`, 90);
  if (several) {
    const bounds = {
      from: language.minute(part.period.start, zone),
      to: language.minute(part.period.end, zone),
    };
    sheet.paragraph(language.say("cycle.bounds", bounds), { color: "quiet" });
    sheet.space(6);
  }
  drawBars(sheet, part.days, language);
  sheet.heading(`${language.say("subtraction")}${name}`, 120);
  drawSteps(sheet, part.subtraction.eligible, language);
  sheet.space(8);
  drawSteps(sheet, part.subtraction.downtime, language);
  sheet.space(6);
  toldOutcome(part, language).forEach((line, i) =>
    sheet.paragraph(line, i === 0 && part.percent !== null ? { weight: "strong" } : {}),
  );
  sheet.heading(`${language.say("certainty")}${name}`, 50);
  sheet.amount(language.say("bounds"), toldRange(part.bounds, language));
  sheet.amount(language.say("edges"), toldRange(part.edges, language));
  sheet.amount(language.say("coverage"), language.percent(part.coverage_percent));
}

function drawSteps(
  sheet: Sheet,
  steps: PartReport["subtraction"]["eligible"],
  language: ReportLanguage,
): void {
  for (const { name, length, isSum } of toldSteps(steps, language)) {
    sheet.amount(name, length, { weight: isSum ? "strong" : "text" });
  }
}

function drawFoot(
  sheet: Sheet,
  { number, of, sha256 }: { number: number; of: number; sha256: string },
  language: ReportLanguage,
): void {
  const y = page.height - 44;
  const style = { size: 6.2, color: "quiet" as const };
  sheet.doc.moveTo(page.side, y - 7).lineTo(page.side + contentWidth, y - 7);
  sheet.doc.lineWidth(0.4).strokeColor(ink.rule).stroke();
  sheet.put(`${language.say("digest")}: ${sha256}`, page.side, y, style);
  sheet.put(language.say("page", { n: number, of }), page.side, y, { ...style, align: "right" });
}
