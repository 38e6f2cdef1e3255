/** What is paid for a broken promise, in the customer's language: one line a term (told-clauses.ts). */
import type { ClaimWindow, CreditClause } from "../domain/sla/promise/clauses.ts";
import type { ReportLanguage, ReportWord } from "./report-language.ts";
import { type CalendarNamed, toldHours } from "./told-calendar.ts";
import type { ToldClause } from "./told-clause.ts";

/** The lines of the credit clause; of none, that there is none. */
export function toldCreditTerms(
  credit: CreditClause | null,
  calendarNamed: CalendarNamed,
  language: ReportLanguage,
): ToldClause[] {
  if (credit === null) {
    return [{ name: language.say("method.credit"), text: language.say("credit.none") }];
  }
  const { feeBasis, proration, minimum, rounding, clawback } = credit;
  const told: [ReportWord, string][] = [
    ["method.credit", toldModel(credit, language)],
    ["method.basis", language.say(`basis.${feeBasis}`)],
    ["method.proration", language.say(`proration.${proration}`)],
    ["method.cap", toldCaps(credit, language)],
    [
      "method.smallest",
      minimum === null
        ? language.say("smallest.none")
        : language.say("smallest.above", { amount: language.money(minimum.minor, minimum.currency) }),
    ],
    ["method.rounding", language.say(`rounding.${rounding}`)],
    ["method.claim", toldClaim(credit, calendarNamed, language)],
    ["method.clawback", language.say(clawback ? "clawback.full" : "clawback.none")],
  ];
  return told.map(([name, text]) => ({ name: language.say(name), text }));
}

function toldModel({ model }: CreditClause, language: ReportLanguage): string {
  if (model.kind === "bands") {
    const bands = model.bands.map(({ below, percent }) =>
      language.say("credit.band", { below: language.percent(below), percent: language.percent(percent) }),
    );
    return language.say("credit.bands", { bands: bands.join("; ") });
  }
  const { multiplier, affectedRatio } = model;
  const affected = language.say("credit.affected", { affected: language.number(affectedRatio) });
  return [
    language.say("credit.proportional", { multiplier: language.number(multiplier) }),
    ...(affectedRatio === "1" ? [] : [affected]),
  ].join(" ");
}

function toldCaps({ capPercent, rollingCap }: CreditClause, language: ReportLanguage): string {
  const caps = [
    ...(capPercent === null ? [] : [language.say("cap.cycle", { percent: language.percent(capPercent) })]),
    ...(rollingCap === null
      ? []
      : [
          language.say("cap.rolling", {
            amount: language.money(rollingCap.amount.minor, rollingCap.amount.currency),
            months: rollingCap.months,
          }),
        ]),
  ];
  return caps.join("; ") || language.say("cap.none");
}

function toldClaim(
  { mode, claim }: CreditClause,
  calendarNamed: CalendarNamed,
  language: ReportLanguage,
): string {
  if (mode === "automatic") {
    return language.say("claim.automatic");
  }
  return claim === null ? language.say("claim.whenever") : toldWindow(claim, calendarNamed, language);
}

function toldWindow(claim: ClaimWindow, calendarNamed: CalendarNamed, language: ReportLanguage): string {
  switch (claim.kind) {
    case "days_after_cycle":
      return language.say("claim.days_after_cycle", { n: claim.days });
    case "end_of_following_cycle":
      return language.say("claim.end_of_following_cycle", { n: claim.cycles });
    case "business_days_after_incident": {
      const hours = toldHours(claim.hours, calendarNamed, language);
      return language.say("claim.business_days_after_incident", { n: claim.days, hours });
    }
  }
}
