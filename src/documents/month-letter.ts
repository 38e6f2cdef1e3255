/**
 * The letter on a month to those who answer for contracts: what was closed, where a promise was broken and by how much, what is owed, and
 * what still waits for a person, with the way there.
 */
import { creditsOwed, type ClosedContract, type MonthSummary } from "../domain/mailing/month-summary.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import { cycleOf } from "../domain/time/billing-cycle.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { type Letter, type LetterBlock, type LetterContents, letterHtml, letterText } from "./letter.ts";
import { more, mostListed } from "./long-list.ts";
import { type MailLanguage, mailLanguage } from "./mail-language.ts";

/** @param consoleAddress where the month's contracts are looked at; null: there is no address to write down */
export function monthLetter(
  summary: MonthSummary,
  code: CustomerLanguage,
  recipient: string,
  consoleAddress: string | null,
): Letter {
  const language = mailLanguage(code);
  const { say, report: words } = language;
  const { label, platform, timeZone, isFinal, closed, open } = summary;
  const month = words.month(isoInstant(cycleOf(label, { timeZone, anchorDay: 1 }).start), timeZone);
  const broken = closed.filter(({ verdict }) => verdict === "breached");
  const all = closed.length + open.length;
  const numbers = { month, closed: closed.length, broken: broken.length, all };
  const subject = say(isFinal ? "month.subject.final" : "month.subject", numbers);
  const contents: LetterContents = {
    languageTag: words.tag,
    sender: platform,
    title: say(isFinal ? "month.title.final" : "month.title", { month }),
    preview: subject,
    blocks: [
      { kind: "rows", rows: rowsOf(summary, broken.length, language) },
      ...brokenPromises(broken, language),
      ...waiting(summary, language),
      ...unsent(closed, language),
      ...(consoleAddress === null
        ? []
        : [{ kind: "link" as const, text: say("month.console"), address: consoleAddress }]),
    ],
    footer: [say("footer.month", { platform, address: recipient })],
  };
  return { subject, text: letterText(contents), html: letterHtml(contents) };
}

function rowsOf(
  { closed, open }: MonthSummary,
  broken: number,
  { say, report: words }: MailLanguage,
): [string, string][] {
  const kept = closed.filter(({ verdict }) => verdict === "met").length;
  const owed = creditsOwed(closed).map(({ currency, minor }) => words.money(minor, currency));
  return [
    [say("month.closed"), say("month.closedOf", { n: closed.length, all: closed.length + open.length })],
    [say("month.kept"), String(kept)],
    [say("month.broken"), String(broken)],
    [say("month.other"), String(closed.length - kept - broken)],
    [say("month.owed"), owed.join(", ") || words.say("nothing")],
  ];
}

function brokenPromises(
  broken: readonly ClosedContract[],
  { say, report: words }: MailLanguage,
): LetterBlock[] {
  if (broken.length === 0) {
    return [];
  }
  const listed = broken.toSorted((a, b) => (b.overMs ?? 0) - (a.overMs ?? 0)).slice(0, mostListed);
  return [
    { kind: "heading", text: say("month.missed") },
    {
      kind: "table",
      head: [words.say("contract"), words.say("availability"), say("month.over"), words.say("credit")],
      rows: listed.map(({ title, percent, overMs, creditMinor, currency }) => [
        title,
        words.shortPercent(percent),
        overMs === null ? words.say("nothing") : words.duration(overMs),
        creditMinor === null || currency === null ? words.say("nothing") : words.money(creditMinor, currency),
      ]),
    },
    ...more(broken.length, say),
  ];
}

function waiting({ open }: MonthSummary, { say }: MailLanguage): LetterBlock[] {
  return open.length === 0
    ? [{ kind: "text", text: say("month.open.none") }]
    : [
        { kind: "heading", text: say("month.open") },
        {
          kind: "list",
          entries: open.slice(0, mostListed).map(({ title, customer, reasons }) =>
            say("month.openLine", {
              contract: title,
              customer,
              reasons: reasons.map(({ reason, count }) => say(`open.${reason}`, { n: count })).join(", "),
            }),
          ),
        },
        ...more(open.length, say),
      ];
}

function unsent(closed: readonly ClosedContract[], { say }: MailLanguage): LetterBlock[] {
  const nobody = closed.filter(({ recipients }) => recipients === 0);
  return nobody.length === 0
    ? []
    : [
        { kind: "heading", text: say("month.unsent") },
        { kind: "list", entries: nobody.slice(0, mostListed).map(({ title }) => title) },
        ...more(nobody.length, say),
      ];
}
