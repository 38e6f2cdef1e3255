/**
 * The days of a cycle as bars. State is never colour alone: a full bar is available, a gap with a foot is downtime that counts, a foot
 * without colour is downtime that does not, hatching is excluded, a hollow bar was not measured, a notch is degraded.
 */
import type { DayReport } from "../domain/sla/report/report-part.ts";
import { type BarKind, barKinds, barOf, briefLength } from "./day-bars.ts";
import { contentWidth, ink, page, type Sheet, size } from "./pdf-sheet.ts";
import type { ReportLanguage } from "./report-language.ts";

const barHeight = 40;

/** Bars with day numbers, minutes of counted downtime under them, and what the shapes mean. */
export function drawBars(sheet: Sheet, days: readonly DayReport[], language: ReportLanguage): void {
  const slot = contentWidth / Math.max(days.length, 28);
  const width = slot * 0.62;
  sheet.need(barHeight + 50);
  const top = sheet.y;
  days.forEach((day, i) => {
    const left = page.side + i * slot;
    const kind = barOf(day);
    drawBar(sheet, kind, left, top, width);
    const centre = { width: slot * 2, x: left + width / 2 - slot };
    label(sheet, String(Number(day.date.slice(-2))), centre.x, top + barHeight + 4, centre.width, "quiet");
    if (kind === "down") {
      label(sheet, briefLength(day.counted_ms), centre.x, top + barHeight + 13, centre.width, "wrong");
    }
  });
  sheet.space(barHeight + 27);
  let x = page.side;
  for (const kind of barKinds.filter((one) => one === "up" || days.some((day) => barOf(day) === one))) {
    drawBar(sheet, kind, x, sheet.y, 7, 9);
    const words = language.say(`days.${kind}`);
    sheet.put(words, x + 11, sheet.y, { size: size.small, color: "quiet" });
    x += 11 + sheet.doc.widthOfString(words) + 14;
  }
  sheet.space(14);
}

function drawBar(sheet: Sheet, kind: BarKind, x: number, y: number, width: number, height = barHeight): void {
  const { doc } = sheet;
  const up = "#b9c2bd";
  switch (kind) {
    case "closed":
      doc.rect(x, y + height - 1.5, width, 1.5).fill(ink.rule);
      return;
    case "up":
      doc.rect(x, y, width, height).fill(up);
      return;
    case "down": {
      doc.rect(x, y, width, height * 0.3).fill(ink.wrong);
      doc.rect(x, y + height * 0.85, width, height * 0.15).fill(ink.wrong);
      return;
    }
    case "notCounted": {
      doc.rect(x, y, width, height * 0.3).fill(up);
      doc.rect(x, y + height * 0.85, width, height * 0.15).fill(up);
      return;
    }
    case "degraded": {
      doc.rect(x, y, width, height * 0.4).fill(up);
      doc.rect(x, y + height * 0.4, width * 0.5, height * 0.2).fill(up);
      doc.rect(x, y + height * 0.6, width, height * 0.4).fill(up);
      return;
    }
    case "unknown":
      doc.rect(x + 0.4, y + 0.4, width - 0.8, height - 0.8);
      doc.lineWidth(0.8).strokeColor(ink.quiet).stroke();
      return;
    case "excluded": {
      doc.save();
      doc.rect(x, y, width, height).clip();
      for (let at = y - width; at < y + height; at += 3.2) {
        doc.moveTo(x, at + width).lineTo(x + width, at);
      }
      doc.lineWidth(0.9).strokeColor(ink.quiet).stroke();
      doc.restore();
    }
  }
}

function label(
  sheet: Sheet,
  text: string,
  x: number,
  y: number,
  width: number,
  color: "quiet" | "wrong",
): void {
  const doc = sheet.style({ size: 5.6, color });
  doc.text(text, x + (width - doc.widthOfString(text)) / 2, y, { lineBreak: false });
}
