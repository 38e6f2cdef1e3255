/** What the letter on a week says of contracts: what each has left of its budget, and which months wait to be closed, with the way there. */
import type { OperationsWeek } from "../domain/mailing/operations-week.ts";
import { cycleOf } from "../domain/time/billing-cycle.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import type { LetterBlock } from "./letter.ts";
import { more, mostListed } from "./long-list.ts";
import type { MailLanguage } from "./mail-language.ts";

/** What the contracts have left, where least is left first. */
export function contractsOf(
  { contracts }: OperationsWeek,
  { say, report: words }: MailLanguage,
): LetterBlock[] {
  return contracts.length === 0
    ? []
    : [
        { kind: "heading", text: say("week.contracts") },
        { kind: "text", text: say("week.contracts.note") },
        {
          kind: "table",
          head: [
            words.say("contract"),
            words.say("availability"),
            ...[say("week.spent"), say("week.allowed"), say("week.left")],
          ],
          rows: contracts
            .slice(0, mostListed)
            .map(({ title, percent, spentMs, allowedMs, leftMs }) => [
              title,
              words.shortPercent(percent),
              ...[spentMs, allowedMs, leftMs].map((ms) => words.duration(ms)),
            ]),
        },
        ...more(contracts.length, say),
      ];
}

/** What each month that is over waits for, and the way there; without an address no way. */
export function closingsOf(
  { closings, timeZone }: OperationsWeek,
  { say, report: words }: MailLanguage,
  baseUrl: string | null,
): LetterBlock[] {
  if (closings.length === 0) {
    return [{ kind: "text", text: say("week.closings.none") }];
  }
  const monthOf = (label: string) =>
    words.month(isoInstant(cycleOf(label, { timeZone, anchorDay: 1 }).start), timeZone);
  const waiting = ["person", "ready", "time", "refused"] as const;
  return [
    { kind: "heading", text: say("week.closings") },
    {
      kind: "rows",
      rows: closings.map((month) => [
        monthOf(month.label),
        waiting
          .filter((reason) => month[reason] > 0)
          .map((reason) => say(`week.closings.${reason}`, { n: month[reason] }))
          .join(", "),
      ]),
    },
    ...(baseUrl === null ? [] : closings).map(({ label }): LetterBlock => ({
      kind: "link",
      text: say("week.closings.open", { month: monthOf(label) }),
      address: `${baseUrl}/console/closings/${label}`,
    })),
  ];
}
